#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

bool ledger_add(struct ledger *ledger, uint64_t number) {
    if (number / 8 >= ledger->capacity) {
        uint64_t capacity = ledger->capacity ? ledger->capacity : 65536;
        while (capacity <= number / 8) {
            capacity *= 2;
        }
        ledger->bits = realloc(ledger->bits, capacity);
        if (!ledger->bits) {
            die("out of memory");
        }
        memset(ledger->bits + ledger->capacity, 0, capacity - ledger->capacity);
        ledger->capacity = capacity;
    }
    bool before = ledger_has(ledger, number);
    ledger->bits[number / 8] |= 1 << (number % 8);
    if (number >= ledger->length) {
        ledger->length = number + 1;
    }
    return before;
}

bool ledger_has(const struct ledger *ledger, uint64_t number) {
    return number / 8 < ledger->capacity && ledger->bits[number / 8] >> (number % 8) & 1;
}

void ledger_write(const struct ledger *ledger, const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) {
        die("cannot write %s", path);
    }
    uint64_t octets = (ledger->length + 7) / 8;
    fwrite(&ledger->length, sizeof ledger->length, 1, file);
    fwrite(ledger->bits, 1, octets, file);
    if (ferror(file) | fclose(file)) {
        die("cannot write %s", path);
    }
}

struct ledger ledger_read(const char *path) {
    struct ledger ledger = {0};
    FILE *file = fopen(path, "r");
    if (!file || fread(&ledger.length, sizeof ledger.length, 1, file) != 1) {
        die("cannot read %s", path);
    }
    ledger.capacity = (ledger.length + 7) / 8;
    ledger.bits = calloc(1, ledger.capacity + 1);
    if (!ledger.bits || fread(ledger.bits, 1, ledger.capacity, file) != ledger.capacity) {
        die("%s is short", path);
    }
    fclose(file);
    return ledger;
}
