import { LONG_NONCE_BYTES } from "./handshake_box.ts";
import { KEY_BYTES } from "./keys.ts";
import { TAG_BYTES } from "./message_box.ts";

/** CurveZMQ 1.0, as HELLO names it. */
export const VERSION = Uint8Array.of(1, 0);
/** Zeros that make HELLO longer than its answer, so that nobody can have a server flood a third party. */
export const HELLO_PADDING_BYTES = 72;
/** Zeros that a client seals to show that it knows the server's key. */
export const HELLO_TEXT_BYTES = 64;
/** The server's transient secret key and the client's transient key, which the client keeps for it under seal. */
export const COOKIE_BOX_BYTES = 2 * KEY_BYTES + TAG_BYTES;
export const COOKIE_BYTES = LONG_NONCE_BYTES + COOKIE_BOX_BYTES;
/** The client's transient key and the server's key, sealed by the client's permanent key. */
export const VOUCH_BOX_BYTES = 2 * KEY_BYTES + TAG_BYTES;
/** The client's permanent key and its vouch; metadata follow. */
export const INTRODUCTION_BYTES = KEY_BYTES + LONG_NONCE_BYTES + VOUCH_BOX_BYTES;
