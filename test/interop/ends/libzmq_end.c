/* An end of a connection by C and libzmq; end.ts says how it is started and spoken to. Built by: cc ... -lzmq */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

static const size_t SIZES[] = {0, 1, 255, 256, 71680};
static unsigned char pattern[72000];
static int argument_count;
static char **arguments;
static void *socket_;
static const char *role;

static void must(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
  exit(1);
}

static const char *setting(const char *name) {
  size_t length = strlen(name);
  for (int at = 1; at < argument_count; at++)
    if (!strncmp(arguments[at], name, length) && arguments[at][length] == '=') return arguments[at] + length + 1;
  return NULL;
}

static void set_number(void *socket, int option, int value) {
  must(zmq_setsockopt(socket, option, &value, sizeof value) == 0, "setsockopt");
}

static void set_text(void *socket, int option, const char *value) {
  must(zmq_setsockopt(socket, option, value, strlen(value)) == 0, "setsockopt");
}

static uint32_t crc32(const unsigned char *bytes, size_t length) {
  uint32_t crc = 0xffffffff;
  for (size_t at = 0; at < length; at++) {
    crc ^= bytes[at];
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc;
}

static void *open_socket(void *context, const char *kind, const char *endpoint) {
  int type = !strcmp(kind, "pub") ? ZMQ_PUB : !strcmp(kind, "xpub") ? ZMQ_XPUB : !strcmp(kind, "sub") ? ZMQ_SUB : ZMQ_XSUB;
  void *socket = zmq_socket(context, type);
  set_number(socket, ZMQ_LINGER, 5000);
  set_number(socket, ZMQ_SNDHWM, 100000);
  set_number(socket, ZMQ_RCVHWM, 100000);
  if (setting("public_key")) {
    set_text(socket, ZMQ_CURVE_PUBLICKEY, setting("public_key"));
    set_text(socket, ZMQ_CURVE_SECRETKEY, setting("secret_key"));
    if (setting("server_key")) set_text(socket, ZMQ_CURVE_SERVERKEY, setting("server_key"));
    else set_number(socket, ZMQ_CURVE_SERVER, 1);
  }
  if (setting("heartbeat_ms")) {
    set_number(socket, ZMQ_HEARTBEAT_IVL, atoi(setting("heartbeat_ms")));
    set_number(socket, ZMQ_HEARTBEAT_TIMEOUT, 2000);
  }
  int bind = !strcmp(setting("attach"), "bind");
  must((bind ? zmq_bind(socket, endpoint) : zmq_connect(socket, endpoint)) == 0, endpoint);
  char taken[512];
  size_t length = sizeof taken;
  must(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, taken, &length) == 0, "getsockopt");
  printf("ready %s\n", taken);
  return socket;
}

/* An AicoMessage with a source in its metadata and the body in field 15, whose length takes three bytes. */
static void send_enveloped(const unsigned char *body, size_t length, int flags) {
  static unsigned char bytes[73000];
  const char *source = setting("source");
  size_t name = strlen(source), at = 0;
  bytes[at++] = 0x0a;
  bytes[at++] = name + 2;
  bytes[at++] = 0x1a;
  bytes[at++] = name;
  memcpy(bytes + at, source, name);
  at += name;
  bytes[at++] = 0x7a;
  bytes[at++] = (length & 0x7f) | 0x80;
  bytes[at++] = ((length >> 7) & 0x7f) | 0x80;
  bytes[at++] = length >> 14;
  memcpy(bytes + at, body, length);
  must(zmq_send(socket_, bytes, at + length, flags) >= 0, "send");
}

static void send_message(const char *topic, int number, int frames) {
  char name[300];
  int length = snprintf(name, sizeof name, "%s.%d", topic, number);
  int count = frames ? frames : 1 + number % 3;
  must(zmq_send(socket_, name, length, count > 1 ? ZMQ_SNDMORE : 0) >= 0, "send");
  for (int at = 1; at < count; at++) {
    const unsigned char *from = pattern + (number + at) % 251;
    size_t size = SIZES[(number + at) % 5];
    int flags = at + 1 < count ? ZMQ_SNDMORE : 0;
    if (at == 1 && setting("source")) send_enveloped(from, size, flags);
    else must(zmq_send(socket_, from, size, flags) >= 0, "send");
  }
}

static void tell(void) {
  int more = 1;
  for (int at = 0; more; at++) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    must(zmq_msg_recv(&frame, socket_, 0) >= 0, "recv");
    const unsigned char *bytes = zmq_msg_data(&frame);
    size_t length = zmq_msg_size(&frame);
    more = zmq_msg_more(&frame);
    if (at == 0 && !strcmp(role, "xpub") && length > 0 && bytes[0] <= 1)
      printf("%s %.*s", bytes[0] ? "subscribed" : "cancelled", (int)length - 1, bytes + 1);
    else
      printf("%s %zu:%u", at == 0 ? "message" : "", length, crc32(bytes, length));
    zmq_msg_close(&frame);
  }
  printf("\n");
}

static void obey(char *line) {
  char *topic = strchr(line, ' ') + 1;
  int sending = !strncmp(line, "send", 4), subscribing = !strncmp(line, "subscribe", 9);
  if (sending) {
    char *numbers = strchr(topic, ' ');
    int first, count, frames;
    must(sscanf(numbers, "%d %d %d", &first, &count, &frames) == 3, "numbers");
    *numbers = '\0';
    for (int number = first; number < first + count; number++) send_message(topic, number, frames);
  } else if (!strcmp(role, "xsub")) {
    topic[-1] = (char)subscribing;
    must(zmq_send(socket_, topic - 1, strlen(topic) + 1, 0) >= 0, "send");
  } else {
    set_text(socket_, subscribing ? ZMQ_SUBSCRIBE : ZMQ_UNSUBSCRIBE, topic);
  }
}

int main(int count, char **values) {
  argument_count = count;
  arguments = values;
  setvbuf(stdout, NULL, _IOLBF, 0);
  setvbuf(stdin, NULL, _IONBF, 0);
  for (size_t at = 0; at < sizeof pattern; at++) pattern[at] = at % 251;
  role = setting("role");
  void *context = zmq_ctx_new();
  if (!strcmp(role, "proxy")) {
    void *frontend = open_socket(context, "xsub", setting("endpoint"));
    void *backend = open_socket(context, "xpub", setting("endpoint"));
    return zmq_proxy(frontend, backend, NULL);
  }
  socket_ = open_socket(context, role, setting("endpoint"));
  int listening = strcmp(role, "pub") != 0;
  zmq_pollitem_t items[] = {{NULL, STDIN_FILENO, ZMQ_POLLIN, 0}, {socket_, 0, ZMQ_POLLIN, 0}};
  char line[1024];
  for (;;) {
    must(zmq_poll(items, listening ? 2 : 1, -1) >= 0, "poll");
    if (listening && items[1].revents) tell();
    if (!items[0].revents) continue;
    if (!fgets(line, sizeof line, stdin)) break;
    line[strcspn(line, "\n")] = '\0';
    obey(line);
  }
  zmq_close(socket_);
  return zmq_ctx_term(context);
}
