// A connection for each query.
#define _GNU_SOURCE
#include "asker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WINDOW = 8,      // connections at once without a rate: Knot has no room for more than 10 that it has not taken
    MOST = 100,      // and with one
    ADDRESSES = 64,  // of the client, so that it does not run out of ports: closed ones are kept for a minute
    OCTETS = 65537
};

struct connection {
    int sock;  // -1: none
    const struct query *query;  // NULL: sent
    uint64_t asked_at;
    size_t taken;
    uint8_t reply[OCTETS];
};

// Sends the query, where the connection is there.
static void tell(struct connection *connection) {
    ssize_t count = send(connection->sock, connection->query->message, connection->query->length + 2u, MSG_NOSIGNAL);
    if (count < 0 && errno != EAGAIN) fail("send");
    if (count > 0) connection->query = NULL;
}

// Connects; on loopback the kernels have mostly shaken hands when this returns.
static void ask(struct connection *connection, const struct job *job, struct seen *seen) {
    struct sockaddr_in client = {.sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(seen->sent % ADDRESSES))};
    connection->query = &job->queries[seen->sent++ % job->kinds];
    int yes = 1;
    connection->asked_at = now();
    connection->taken = 0;
    connection->sock = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (connection->sock < 0) fail("socket");
    setsockopt(connection->sock, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    if (bind(connection->sock, (struct sockaddr *)&client, sizeof client) != 0) fail("bind");
    if (connect(connection->sock, (const struct sockaddr *)&job->server, sizeof job->server) != 0 &&
        errno != EINPROGRESS)
        fail("connect");
    tell(connection);
}

// Takes what has come; whether the connection is done with.
static bool take(struct connection *connection, struct seen *seen) {
    if (connection->query) tell(connection);
    if (connection->query) return false;
    ssize_t count = recv(connection->sock, connection->reply + connection->taken, OCTETS - connection->taken, 0);
    if (count < 0 && errno == EAGAIN) return false;
    if (count > 0) {
        connection->taken += (size_t)count;
        size_t length = (size_t)(connection->reply[0] << 8 | connection->reply[1]);
        if (connection->taken < 2 + 12 || connection->taken < 2 + length) return false;
        note(seen, connection->asked_at, now(), connection->reply[5] & 15);
    }
    close(connection->sock);
    connection->sock = -1;
    return true;
}

void ask_over_tcp(const struct job *job, struct seen *seen) {
    static struct connection connections[MOST];
    int most = job->rate > 0 ? MOST : WINDOW, open = 0;
    for (int i = 0; i < most; i++) connections[i].sock = -1;
    uint64_t time = job->start;
    double due = job->rate > 0 ? due_after((double)job->start, job->rate) : 0;
    while (time < job->end || (open > 0 && time < job->end + (uint64_t)PATIENCE * 1000000)) {
        for (int i = 0; i < most; i++) {
            time = now();
            if (connections[i].sock >= 0) {
                open -= take(&connections[i], seen);
            } else if (time < job->end && due <= (double)time) {
                if (job->rate > 0) {
                    if (time - (uint64_t)due > seen->late) seen->late = time - (uint64_t)due;
                    due = due_after(due, job->rate);
                }
                ask(&connections[i], job, seen);
                open++;
            }
        }
        if (time < job->end) seen->answered_in_time = seen->answered;
    }
}
