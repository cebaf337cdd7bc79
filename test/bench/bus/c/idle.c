/* Keeps so many subscribers connected that receive nothing: idle null|curve <publish port> <subscribe port> <connections> */
#include <unistd.h>
#include "peer.h"

int main(int count, char **values) {
  if (count < 5) return 64;
  int connections = atoi(values[4]);
  void *context = open_context();
  void *publisher = open_client(context, ZMQ_XPUB, values[1], values[2]);
  for (int index = 0; index < connections; index++) {
    char ready[32];
    snprintf(ready, sizeof ready, READY "%d", index);
    set_text(open_client(context, ZMQ_SUB, values[1], values[3]), ZMQ_SUBSCRIBE, ready);
  }
  await_subscriptions(publisher, READY, connections);
  say("ready");
  for (;;) pause();
}
