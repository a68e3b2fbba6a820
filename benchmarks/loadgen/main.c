/*
 * loadgen: loads an AMQP 0-9-1 broker over raw sockets, with so little work for a message that the broker is what is
 * measured. compare.sh compiles and runs it; `loadgen --help` lists what it can do.
 */
#include <string.h>

#include "modes.h"
#include "settings.h"

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        int (*run)(void);
    } modes[] = {
        {"run", run_load},     {"idle", run_idle},     {"churn", run_churn}, {"probe", run_probe},
        {"depth", run_depth},  {"delete", run_delete}, {"spin", run_spin},
    };
    read_settings(argc, argv);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        if (!strcmp(settings.mode, modes[i].name)) {
            return modes[i].run();
        }
    }
    die("--mode %s is unknown", settings.mode);
}
