/* Answers every request with its own bytes: responder null|curve <publish port> <subscribe port> */
#include "peer.h"

int main(int count, char **values) {
  if (count < 4) return 64;
  void *context = open_context();
  void *publisher = open_client(context, ZMQ_XPUB, values[1], values[2]);
  void *subscriber = open_client(context, ZMQ_SUB, values[1], values[3]);
  say("ready");
  /* Who sees the subscription to requests knows that replies will arrive. */
  await_subscriptions(publisher, REPLY, 1);
  set_text(subscriber, ZMQ_SUBSCRIBE, REQUEST);
  for (;;) {
    zmq_msg_t topic, body;
    zmq_msg_init(&topic);
    zmq_msg_init(&body);
    check(zmq_msg_recv(&topic, subscriber, 0), "zmq_msg_recv");
    check(zmq_msg_recv(&body, subscriber, 0), "zmq_msg_recv");
    zmq_msg_close(&topic);
    check(zmq_send(publisher, REPLY, strlen(REPLY), ZMQ_SNDMORE), "zmq_send");
    check(zmq_msg_send(&body, publisher, 0), "zmq_msg_send");
  }
}
