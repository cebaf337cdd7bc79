/* publisher null|curve <publish port> <subscribe port> <messages> <subscribers> <frame in hex>... */
#include "peer.h"

int main(int count, char **values) {
  if (count < 7) return 64;
  long messages = atol(values[4]);
  struct frame frames[8];
  int parts = count - 6 > 8 ? 8 : count - 6;
  for (int part = 0; part < parts; part++) frames[part] = frame_of(values[6 + part]);
  void *context = open_context();
  /* XPUB sends as PUB does, and sees the subscriptions besides. */
  void *socket = open_client(context, ZMQ_XPUB, values[1], values[2]);
  await_subscriptions(socket, READY, atoi(values[5]));
  for (long sent = 0; sent < messages; sent++) {
    for (int part = 0; part < parts; part++) {
      int flags = part + 1 < parts ? ZMQ_SNDMORE : 0;
      check(zmq_send(socket, frames[part].bytes, frames[part].size, flags), "zmq_send");
    }
  }
  /* Both wait until everything has left. */
  zmq_close(socket);
  zmq_ctx_term(context);
  return 0;
}
