/* subscriber null|curve <publish port> <subscribe port> <messages> <subscribers> [<frame>...] */
#include "peer.h"

/* Gives up when nothing has come for so long. */
#define QUIET_MS 5000
/* Of one socket before the others have their turn. */
#define RUN 1000

static long received = 0;
static double began, ended;

/* Takes one message of any number of frames; -1 when there is none. */
static int receive(void *socket, int flags) {
  zmq_msg_t frame;
  int more;
  do {
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, socket, flags) < 0) return -1;
    more = zmq_msg_more(&frame);
    zmq_msg_close(&frame);
  } while (more);
  if (received++ == 0) began = now_ms();
  return 0;
}

static void receive_of_one(void *socket, long expected) {
  set_number(socket, ZMQ_RCVTIMEO, QUIET_MS);
  while (received < expected && receive(socket, 0) == 0) continue;
}

static void receive_of_all(zmq_pollitem_t *items, int sockets, long expected) {
  while (received < expected && zmq_poll(items, sockets, QUIET_MS) > 0) {
    for (int index = 0; index < sockets; index++) {
      if (!(items[index].revents & ZMQ_POLLIN)) continue;
      for (int turn = 0; turn < RUN && receive(items[index].socket, ZMQ_DONTWAIT) == 0; turn++) continue;
    }
  }
}

int main(int count, char **values) {
  if (count < 6) return 64;
  int sockets = atoi(values[5]);
  long expected = atol(values[4]) * sockets;
  zmq_pollitem_t *items = calloc((size_t)sockets, sizeof *items);
  void *context = open_context();
  for (int index = 0; index < sockets; index++) {
    char ready[32];
    snprintf(ready, sizeof ready, READY "%d", index);
    items[index].socket = open_client(context, ZMQ_SUB, values[1], values[3]);
    items[index].events = ZMQ_POLLIN;
    set_text(items[index].socket, ZMQ_SUBSCRIBE, TOPIC);
    set_text(items[index].socket, ZMQ_SUBSCRIBE, ready);
  }
  say("ready");
  if (sockets == 1) receive_of_one(items[0].socket, expected);
  else receive_of_all(items, sockets, expected);
  ended = now_ms();
  char line[96];
  snprintf(line, sizeof line, "{\"received\":%ld,\"ms\":%.3f}", received, ended - began);
  say(line);
  return 0;
}
