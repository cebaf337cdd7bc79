/* libzmq's own proxy: broker null|curve */
#include "peer.h"

static int listen_at(void *socket, const char *security) {
  if (strcmp(security, "curve") == 0) {
    set_number(socket, ZMQ_CURVE_SERVER, 1);
    set_text(socket, ZMQ_CURVE_SECRETKEY, SERVER_SECRET);
  }
  check(zmq_bind(socket, "tcp://127.0.0.1:*"), "zmq_bind");
  char address[64];
  size_t size = sizeof address;
  check(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, address, &size), "zmq_getsockopt");
  return atoi(strrchr(address, ':') + 1);
}

int main(int count, char **values) {
  if (count != 2) return 64;
  void *context = open_context();
  void *front = open_socket(context, ZMQ_XSUB);
  void *back = open_socket(context, ZMQ_XPUB);
  set_number(back, ZMQ_BACKLOG, 2048);
  int publish = listen_at(front, values[1]);
  int subscribe = listen_at(back, values[1]);
  char line[64];
  snprintf(line, sizeof line, "{\"publish\":%d,\"subscribe\":%d}", publish, subscribe);
  say(line);
  return zmq_proxy(front, back, NULL);
}
