// What the two transports share.
#pragma once
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BATCH = 32,     // messages a system call
    PATIENCE = 500  // ms after the last query until what is not answered counts as lost
};

struct query {
    const uint8_t *message;  // behind its length in two octets, as TCP wants it
    uint16_t length;         // of the message
};

// What is to be done. A rate, in queries a second, is kept whether or not the server answers; with 0 a number of queries
// is always under way.
struct job {
    struct sockaddr_in server;
    const struct query *queries;
    size_t kinds;
    uint64_t start, end;
    double rate;
};

// What was seen.
struct seen {
    uint64_t sent, answered, answered_in_time, codes[16], late;
    uint32_t *latencies;
    size_t room;
};

// Nanoseconds of a clock that does not jump.
uint64_t now(void);

// Prints why a system call failed, and ends the program.
void fail(const char *what);

// When the query after one that was due at `time` is due: a Poisson process, the same one in each run.
double due_after(double time, double rate);

// Notes an answer with this code.
void note(struct seen *seen, uint64_t sent_at, uint64_t time, uint8_t code);

void ask_over_udp(const struct job *job, struct seen *seen);
void ask_over_tcp(const struct job *job, struct seen *seen);
