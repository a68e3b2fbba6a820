/* Which messages of one publisher were confirmed and which arrived, a bit each. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdbool.h>
#include <stdint.h>

struct ledger {
    uint8_t *bits;
    uint64_t capacity, length;
};

/* Sets the bit and returns whether it was set before. */
bool ledger_add(struct ledger *ledger, uint64_t number);
bool ledger_has(const struct ledger *ledger, uint64_t number);

void ledger_write(const struct ledger *ledger, const char *path);
struct ledger ledger_read(const char *path);

#endif
