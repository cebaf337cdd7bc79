/* One request after the other: requester null|curve <publish port> <subscribe port> <requests> <warming ones> <body in hex> */
#include "peer.h"

static int by_size(const void *left, const void *right) {
  double difference = *(const double *)left - *(const double *)right;
  return difference < 0 ? -1 : difference > 0;
}

int main(int count, char **values) {
  if (count < 7) return 64;
  long requests = atol(values[4]), warming = atol(values[5]);
  struct frame body = frame_of(values[6]);
  double *times = calloc((size_t)requests, sizeof *times);
  char reply[2048];
  void *context = open_context();
  void *publisher = open_client(context, ZMQ_XPUB, values[1], values[2]);
  void *subscriber = open_client(context, ZMQ_SUB, values[1], values[3]);
  set_text(subscriber, ZMQ_SUBSCRIBE, REPLY);
  await_subscriptions(publisher, REQUEST, 1);
  for (long turn = -warming; turn < requests; turn++) {
    double began = now_ms();
    check(zmq_send(publisher, REQUEST, strlen(REQUEST), ZMQ_SNDMORE), "zmq_send");
    check(zmq_send(publisher, body.bytes, body.size, 0), "zmq_send");
    for (int part = 0; part < 2; part++) check(zmq_recv(subscriber, reply, sizeof reply, 0), "zmq_recv");
    if (turn >= 0) times[turn] = (now_ms() - began) * 1e3;
  }
  qsort(times, (size_t)requests, sizeof *times, by_size);
  char line[96];
  snprintf(line, sizeof line, "{\"p50Us\":%.1f,\"p99Us\":%.1f}", times[requests / 2], times[requests * 99 / 100]);
  say(line);
  return 0;
}
