/**
 * What stands before each field of schemas/aico_message.proto and of the google.protobuf types in it: the field's number
 * times 8, plus 2 for what has a length and 0 for a varint.
 */

/** AicoMessage */
export const METADATA = 10;
export const ANY_PAYLOAD = 18;

/** MessageMetadata */
export const MESSAGE_ID = 10;
export const TIMESTAMP = 18;
export const SOURCE = 26;
export const MESSAGE_TYPE = 34;
export const VERSION = 42;
export const ATTRIBUTES = 50;

/** An entry of MessageMetadata.attributes */
export const MAP_KEY = 10;
export const MAP_VALUE = 18;

/** Timestamp */
export const SECONDS = 8;
export const NANOS = 16;

/** Any */
export const TYPE_URL = 10;
export const ANY_VALUE = 18;
