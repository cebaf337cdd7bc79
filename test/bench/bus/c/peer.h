/* What the programs of this folder share: one context, sockets that lose nothing, and frames from the command line. */
#ifndef PEER_H
#define PEER_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#define TOPIC "bench.data"
#define REQUEST "bench.request"
#define REPLY "bench.reply"
/* A subscriber subscribes this and its number last: who sees it knows that the rest holds at the broker. */
#define READY "ready."

/* The test keys of zmq_curve(7). */
#define SERVER_PUBLIC "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define SERVER_SECRET "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define CLIENT_PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define CLIENT_SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

static inline void check(int result, const char *what) {
  if (result >= 0) return;
  fprintf(stderr, "%s: %s\n", what, zmq_strerror(errno));
  exit(1);
}

static inline void set_number(void *socket, int option, int value) {
  check(zmq_setsockopt(socket, option, &value, sizeof value), "zmq_setsockopt");
}

static inline void set_text(void *socket, int option, const char *value) {
  check(zmq_setsockopt(socket, option, value, strlen(value)), "zmq_setsockopt");
}

static inline void *open_context(void) {
  void *context = zmq_ctx_new();
  check(zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 4096), "zmq_ctx_set");
  return context;
}

/* No high-water marks: nothing is dropped, whoever is slow. */
static inline void *open_socket(void *context, int type) {
  void *socket = zmq_socket(context, type);
  check(socket == NULL ? -1 : 0, "zmq_socket");
  set_number(socket, ZMQ_SNDHWM, 0);
  set_number(socket, ZMQ_RCVHWM, 0);
  return socket;
}

/* `security` is "null" or "curve". */
static inline void *open_client(void *context, int type, const char *security, const char *port) {
  void *socket = open_socket(context, type);
  if (strcmp(security, "curve") == 0) {
    set_text(socket, ZMQ_CURVE_SERVERKEY, SERVER_PUBLIC);
    set_text(socket, ZMQ_CURVE_PUBLICKEY, CLIENT_PUBLIC);
    set_text(socket, ZMQ_CURVE_SECRETKEY, CLIENT_SECRET);
  }
  char address[64];
  snprintf(address, sizeof address, "tcp://127.0.0.1:%s", port);
  check(zmq_connect(socket, address), "zmq_connect");
  return socket;
}

/* Waits until so many different topics with this beginning are subscribed, as an XPUB socket sees it. */
static inline void await_subscriptions(void *publisher, const char *beginning, int count) {
  char seen[512];
  while (count > 0) {
    int length = zmq_recv(publisher, seen, sizeof seen, 0);
    check(length, "zmq_recv");
    size_t size = strlen(beginning);
    if ((size_t)length > size && seen[0] == 1 && memcmp(seen + 1, beginning, size) == 0) count--;
  }
}

struct frame {
  unsigned char *bytes;
  size_t size;
};

static inline struct frame frame_of(const char *hex) {
  struct frame frame = {malloc(strlen(hex) / 2 + 1), strlen(hex) / 2};
  for (size_t place = 0; place < frame.size; place++) sscanf(hex + 2 * place, "%2hhx", &frame.bytes[place]);
  return frame;
}

static inline double now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static inline void say(const char *line) {
  puts(line);
  fflush(stdout);
}

#endif
