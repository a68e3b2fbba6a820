/* What the generator can do; each prints its result and returns the exit code. */
#ifndef MODES_H
#define MODES_H

/* Publishes and consumes. */
int run_load(void);
/* Opens connections that then sit there, each with a channel and a consumer. */
int run_idle(void);
/* Opens a connection and a channel and closes them again, over and over. */
int run_churn(void);
/* Waits until a channel opens and prints the seconds that it took. */
int run_probe(void);
/* Prints how many messages wait in the queues. */
int run_depth(void);
/* Deletes the queues and the exchange. */
int run_delete(void);
/* Does a fixed piece of work; its milliseconds say how fast the machine is just now. */
int run_spin(void);

#endif
