// One socket; the ID of a reply says which query it answers.
#define _GNU_SOURCE
#include "asker.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

enum {
    WINDOW = 192,       // queries under way without a rate: below what a socket takes with Linux's default buffer
    OCTETS = 4096,      // the longest reply
    IDS = 65536,
    LOOK_EVERY = 1000,  // ns between looks for replies: each takes the socket's lock, which the server needs to send
    STUCK = 100000000   // ns without a reply until, without a rate, what is under way counts as lost
};

static uint64_t sent_at[IDS];  // 0: none under way

// Takes up to BATCH replies; whether there were any.
static bool take(int sock, struct seen *seen) {
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
        note(seen, sent_at[id], time, buffers[i][3] & 15);
        sent_at[id] = 0;
    }
    return count > 0;
}

// Sends so many queries, at most BATCH.
static void ask(int sock, const struct job *job, struct seen *seen, int count) {
    static uint8_t ids[BATCH][2];
    static struct iovec parts[BATCH][2];
    static struct mmsghdr messages[BATCH];
    uint64_t time = now();
    for (int i = 0; i < count; i++) {
        const struct query *query = &job->queries[seen->sent % job->kinds];
        uint16_t id = (uint16_t)seen->sent++;
        ids[i][0] = (uint8_t)(id >> 8);
        ids[i][1] = (uint8_t)id;
        parts[i][0] = (struct iovec){ids[i], 2};
        parts[i][1] = (struct iovec){(void *)(query->message + 4), query->length - 2u};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = parts[i], .msg_iovlen = 2};
        sent_at[id] = time;
    }
    for (int done = 0; done < count;) {
        int some = sendmmsg(sock, messages + done, (unsigned)(count - done), 0);
        if (some < 0) fail("sendmmsg");
        done += some;
    }
}

static int connected(const struct job *job) {
    int sock = socket(AF_INET, SOCK_DGRAM, 0), size = 8 << 20;
    if (sock < 0 || connect(sock, (const struct sockaddr *)&job->server, sizeof job->server) != 0) fail("socket");
    if (setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    return sock;
}

static void at_a_rate(int sock, const struct job *job, struct seen *seen) {
    uint64_t looked = 0, time;
    for (double due = due_after((double)job->start, job->rate); (time = now()) < job->end;) {
        int count = 0;
        if ((double)time > due && time - (uint64_t)due > seen->late) seen->late = time - (uint64_t)due;
        for (; count < BATCH && due <= (double)time; count++) due = due_after(due, job->rate);
        if (count) ask(sock, job, seen, count);
        if (time - looked > LOOK_EVERY) {
            take(sock, seen);
            looked = time;
        }
    }
}

static void as_fast_as_it_answers(int sock, const struct job *job, struct seen *seen) {
    uint64_t given_up = 0, last = job->start, time;
    while ((time = now()) < job->end) {
        uint64_t under_way = seen->sent - seen->answered - given_up;
        if (under_way < WINDOW) {
            ask(sock, job, seen, WINDOW - under_way < BATCH ? (int)(WINDOW - under_way) : BATCH);
        } else if (time - last > STUCK) {
            given_up = seen->sent - seen->answered;
            memset(sent_at, 0, sizeof sent_at);
            last = time;
        }
        if (take(sock, seen)) last = time;
    }
}

void ask_over_udp(const struct job *job, struct seen *seen) {
    int sock = connected(job);
    (job->rate > 0 ? at_a_rate : as_fast_as_it_answers)(sock, job, seen);
    seen->answered_in_time = seen->answered;
    while (seen->answered < seen->sent && now() < job->end + (uint64_t)PATIENCE * 1000000) take(sock, seen);
}
