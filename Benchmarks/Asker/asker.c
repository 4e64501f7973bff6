// Asks a name server, and says as a line of JSON what it saw. It has a processor to itself and never sleeps, so that a
// server never has to wake it up, and so that a latency has nothing of its own waits in it.
//
//   asker udp|tcp PORT FILE SECONDS RATE
//
// FILE has messages, each behind its length in two octets. Over TCP each has a connection of its own.
#include "asker.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>

uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void fail(const char *what) {
    perror(what);
    exit(1);
}

double due_after(double time, double rate) {
    static uint64_t state = 0x9E3779B97F4A7C15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return time - log(((double)(state >> 11) + 1) / 9007199254740992.0) * 1e9 / rate;
}

void note(struct seen *seen, uint64_t sent_at, uint64_t time, uint8_t code) {
    if (seen->answered == seen->room) {
        seen->room += 1 << 20;
        seen->latencies = realloc(seen->latencies, seen->room * sizeof *seen->latencies);
    }
    uint64_t latency = time - sent_at;
    seen->latencies[seen->answered++] = latency > UINT32_MAX ? UINT32_MAX : (uint32_t)latency;
    seen->codes[code]++;
}

static const struct query *queries_of(const char *path, size_t *count) {
    int file = open(path, O_RDONLY);
    struct stat about;
    if (file < 0 || fstat(file, &about) != 0) fail(path);
    const uint8_t *octets = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (octets == MAP_FAILED) fail(path);
    struct query *queries = NULL;
    *count = 0;
    for (off_t at = 0; at + 2 <= about.st_size;) {
        uint16_t length = (uint16_t)(octets[at] << 8 | octets[at + 1]);
        if (*count % 4096 == 0) queries = realloc(queries, (*count + 4096) * sizeof *queries);
        queries[(*count)++] = (struct query){octets + at, length};
        at += 2 + length;
    }
    if (*count == 0) exit(1);
    return queries;
}

static int ascending(const void *one, const void *other) {
    uint32_t x = *(const uint32_t *)one, y = *(const uint32_t *)other;
    return (x > y) - (x < y);
}

// In microseconds.
static double percentile(const struct seen *seen, double share) {
    size_t at = (size_t)((double)seen->answered * share);
    return seen->answered ? seen->latencies[at < seen->answered ? at : seen->answered - 1] / 1e3 : 0;
}

int main(int count, char **arguments) {
    if (count != 6) return 2;
    double seconds = atof(arguments[4]);
    struct job job = {.rate = atof(arguments[5])};
    job.server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2])),
                                      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    job.queries = queries_of(arguments[3], &job.kinds);
    job.start = now();
    job.end = job.start + (uint64_t)(seconds * 1e9);
    struct seen seen = {0};
    (strcmp(arguments[1], "tcp") == 0 ? ask_over_tcp : ask_over_udp)(&job, &seen);
    qsort(seen.latencies, seen.answered, sizeof *seen.latencies, ascending);
    printf("{\"sent\": %lu, \"answered\": %lu, \"rate\": %.1f, \"late\": %.1f, \"p50\": %.2f, \"p99\": %.2f, \"p99.9\": %.2f, "
           "\"most\": %.2f, \"codes\": [", seen.sent, seen.answered, (double)seen.answered_in_time / seconds,
           (double)seen.late / 1e3, percentile(&seen, 0.5), percentile(&seen, 0.99), percentile(&seen, 0.999),
           percentile(&seen, 1));
    for (int code = 0; code < 16; code++) printf(code ? ", %lu" : "%lu", seen.codes[code]);
    printf("]}\n");
}
