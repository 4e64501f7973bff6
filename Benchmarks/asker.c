// Asks a name server over UDP, and says as a line of JSON what it saw. It has a processor to itself and never sleeps, so
// that a server never has to wake it up, and so that a latency has nothing of its own waits in it.
//
//   asker PORT FILE SECONDS RATE
//
// FILE has messages, each behind its length in two octets. With a RATE, in queries a second, they are sent at random
// times (a Poisson process, the same one at each run), whether or not the server answers. With 0 there are always WINDOW
// of them under way.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

enum {
    WINDOW = 192,        // below what a socket takes with Linux's default buffer
    BATCH = 32,          // messages a system call
    OCTETS = 4096,       // the longest reply
    IDS = 65536,
    PATIENCE = 500,      // ms after the last query until what is not answered counts as lost
    LOOK_EVERY = 1000,   // ns between looks for replies: each takes the socket's lock, which the server needs to send
};

struct query {
    const uint8_t *message;
    uint16_t length;
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

// The next gap of a Poisson process with one event in `mean` nanoseconds.
static double gap(double mean) {
    static uint64_t state = 0x9E3779B97F4A7C15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return -log(((double)(state >> 11) + 1) / 9007199254740992.0) * mean;
}

static struct query *queries_of(const char *path, size_t *count) {
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
        queries[(*count)++] = (struct query){octets + at + 2, length};
        at += 2 + length;
    }
    if (*count == 0) exit(1);
    return queries;
}

static int compare(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint64_t sent_at[IDS];  // 0: none under way
static uint64_t answered, sent, codes[16];
static uint32_t *latencies;
static size_t room;

// Takes up to BATCH replies; how many there were.
static int take(int sock) {
    static uint8_t buffers[BATCH][OCTETS];
    static struct iovec parts[BATCH];
    static struct mmsghdr messages[BATCH];
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){buffers[i], OCTETS};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int count = recvmmsg(sock, messages, BATCH, MSG_DONTWAIT, NULL);
    if (count < 0 && errno != EAGAIN) fail("recvmmsg");
    uint64_t time = now();
    for (int i = 0; i < count; i++) {
        uint16_t id = (uint16_t)(buffers[i][0] << 8 | buffers[i][1]);
        if (messages[i].msg_len < 12 || sent_at[id] == 0) continue;
        if (answered == room) latencies = realloc(latencies, (room += 1 << 20) * sizeof *latencies);
        uint64_t latency = time - sent_at[id];
        latencies[answered++] = latency > UINT32_MAX ? UINT32_MAX : (uint32_t)latency;
        sent_at[id] = 0;
        codes[buffers[i][3] & 15]++;
    }
    return count > 0 ? count : 0;
}

// Sends so many queries, at most BATCH.
static void ask(int sock, const struct query *queries, size_t kinds, int count) {
    static uint8_t ids[BATCH][2];
    static struct iovec parts[BATCH][2];
    static struct mmsghdr messages[BATCH];
    uint64_t time = now();
    for (int i = 0; i < count; i++) {
        uint16_t id = (uint16_t)(sent + (uint64_t)i);
        const struct query *query = &queries[(sent + (uint64_t)i) % kinds];
        ids[i][0] = (uint8_t)(id >> 8);
        ids[i][1] = (uint8_t)id;
        parts[i][0] = (struct iovec){ids[i], 2};
        parts[i][1] = (struct iovec){(void *)(query->message + 2), query->length - 2u};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = parts[i], .msg_iovlen = 2};
        sent_at[id] = time;
    }
    for (int done = 0; done < count;) {
        int some = sendmmsg(sock, messages + done, (unsigned)(count - done), 0);
        if (some < 0) fail("sendmmsg");
        done += some;
    }
    sent += (uint64_t)count;
}

static double percentile(double share) {
    size_t at = (size_t)((double)answered * share);
    return answered ? latencies[at < answered ? at : answered - 1] / 1e3 : 0;
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    double seconds = atof(arguments[3]), rate = atof(arguments[4]);
    size_t kinds;
    struct query *queries = queries_of(arguments[2], &kinds);
    int sock = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (sock < 0 || connect(sock, (struct sockaddr *)&server, sizeof server) != 0) fail("socket");
    if (setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);

    uint64_t start = now(), end = start + (uint64_t)(seconds * 1e9), time, last = start, late = 0;
    uint64_t given_up = 0;  // in a window: those that count as lost, so that others take their places
    double next = (double)start;
    while ((time = now()) < end) {
        if (rate > 0) {
            int due = 0;
            if ((double)time > next && time - (uint64_t)next > late) late = time - (uint64_t)next;
            for (; due < BATCH && next <= (double)time; due++) next += gap(1e9 / rate);
            if (due) ask(sock, queries, kinds, due);
        } else {
            uint64_t under_way = sent - answered - given_up;
            if (under_way < WINDOW)
                ask(sock, queries, kinds, WINDOW - under_way < BATCH ? (int)(WINDOW - under_way) : BATCH);
            else if (time - last > 100000000)
                given_up = sent - answered, memset(sent_at, 0, sizeof sent_at), last = time;
        }
        if (rate == 0 || time - last > LOOK_EVERY) {
            bool some = take(sock) > 0;
            if (rate > 0 || some) last = time;
        }
    }
    double lasted = (double)(time - start) / 1e9;
    uint64_t in_time = answered;
    while (answered < sent && now() < time + (uint64_t)PATIENCE * 1000000) take(sock);
    qsort(latencies, answered, sizeof *latencies, compare);
    printf("{\"sent\": %lu, \"answered\": %lu, \"rate\": %.1f, \"late\": %.1f, \"p50\": %.2f, \"p99\": %.2f, \"p99.9\": %.2f, "
           "\"most\": %.2f, \"codes\": [", sent, answered, (double)in_time / lasted, (double)late / 1e3, percentile(0.5),
           percentile(0.99), percentile(0.999), percentile(1));
    for (int i = 0; i < 16; i++) printf(i ? ", %lu" : "%lu", codes[i]);
    printf("]}\n");
}
