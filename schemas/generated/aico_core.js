/* @ts-self-types="./aico_core.d.ts" */
/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["backplane"] || ($protobuf.roots["backplane"] = {});

export const aico = $root.aico = (() => {

    /**
     * Namespace aico.
     * @exports aico
     * @namespace
     */
    const aico = {};

    aico.core = (function() {

        /**
         * Namespace core.
         * @memberof aico
         * @namespace
         */
        const core = {};

        core.MessageMetadata = (function() {

            /**
             * Properties of a MessageMetadata.
             * @typedef {Object} aico.core.MessageMetadata.$Properties
             * @property {string|null} [messageId] MessageMetadata messageId
             * @property {google.protobuf.Timestamp.$Properties|null} [timestamp] MessageMetadata timestamp
             * @property {string|null} [source] MessageMetadata source
             * @property {string|null} [messageType] MessageMetadata messageType
             * @property {string|null} [version] MessageMetadata version
             * @property {Object.<string,string>|null} [attributes] MessageMetadata attributes
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a MessageMetadata.
             * @memberof aico.core
             * @interface IMessageMetadata
             * @augments aico.core.MessageMetadata.$Properties
             * @deprecated Use aico.core.MessageMetadata.$Properties instead.
             */

            /**
             * Shape of a MessageMetadata.
             * @typedef {aico.core.MessageMetadata.$Properties} aico.core.MessageMetadata.$Shape
             */

            /**
             * Constructs a new MessageMetadata.
             * @memberof aico.core
             * @classdesc Represents a MessageMetadata.
             * @constructor
             * @param {aico.core.MessageMetadata.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const MessageMetadata = function (properties) {
                this.attributes = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * MessageMetadata messageId.
             * @member {string} messageId
             * @memberof aico.core.MessageMetadata
             * @instance
             */
            MessageMetadata.prototype.messageId = "";

            /**
             * MessageMetadata timestamp.
             * @member {google.protobuf.Timestamp.$Properties|null|undefined} timestamp
             * @memberof aico.core.MessageMetadata
             * @instance
             */
            MessageMetadata.prototype.timestamp = null;

            /**
             * MessageMetadata source.
             * @member {string} source
             * @memberof aico.core.MessageMetadata
             * @instance
             */
            MessageMetadata.prototype.source = "";

            /**
             * MessageMetadata messageType.
             * @member {string} messageType
             * @memberof aico.core.MessageMetadata
             * @instance
             */
            MessageMetadata.prototype.messageType = "";

            /**
             * MessageMetadata version.
             * @member {string} version
             * @memberof aico.core.MessageMetadata
             * @instance
             */
            MessageMetadata.prototype.version = "";

            /**
             * MessageMetadata attributes.
             * @member {Object.<string,string>} attributes
             * @memberof aico.core.MessageMetadata
             * @instance
             */
            MessageMetadata.prototype.attributes = $util.emptyObject;

            /**
             * Creates a new MessageMetadata instance using the specified properties.
             * @function create
             * @memberof aico.core.MessageMetadata
             * @static
             * @param {aico.core.MessageMetadata.$Properties=} [properties] Properties to set
             * @returns {aico.core.MessageMetadata} MessageMetadata instance
             * @type {{
             *   (properties: aico.core.MessageMetadata.$Shape): aico.core.MessageMetadata & aico.core.MessageMetadata.$Shape;
             *   (properties?: aico.core.MessageMetadata.$Properties): aico.core.MessageMetadata;
             * }}
             */
            MessageMetadata.create = function(properties) {
                return new MessageMetadata(properties);
            };

            /**
             * Encodes the specified MessageMetadata message. Does not implicitly {@link aico.core.MessageMetadata.verify|verify} messages.
             * @function encode
             * @memberof aico.core.MessageMetadata
             * @static
             * @param {aico.core.MessageMetadata.$Properties} message MessageMetadata message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            MessageMetadata.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.messageId != null && $Object.hasOwnProperty.call(message, "messageId") && message.messageId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.messageId);
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    $root.google.protobuf.Timestamp.encode(message.timestamp, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.source != null && $Object.hasOwnProperty.call(message, "source") && message.source !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.source);
                if (message.messageType != null && $Object.hasOwnProperty.call(message, "messageType") && message.messageType !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.messageType);
                if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.version);
                if (message.attributes != null && $Object.hasOwnProperty.call(message, "attributes"))
                    for (let keys = $Object.keys(message.attributes), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 6, wireType 2 =*/50).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.attributes[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a MessageMetadata message from the specified reader or buffer.
             * @function decode
             * @memberof aico.core.MessageMetadata
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {aico.core.MessageMetadata & aico.core.MessageMetadata.$Shape} MessageMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            MessageMetadata.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.aico.core.MessageMetadata();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.messageId = value;
                            else
                                delete message.messageId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.timestamp = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.timestamp);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.source = value;
                            else
                                delete message.source;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.messageType = value;
                            else
                                delete message.messageType;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.version = value;
                            else
                                delete message.version;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if (message.attributes === $util.emptyObject)
                                message.attributes = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.attributes, key);
                            message.attributes[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return MessageMetadata;
        })();

        core.AicoMessage = (function() {

            /**
             * Properties of an AicoMessage.
             * @typedef {Object} aico.core.AicoMessage.$Properties
             * @property {aico.core.MessageMetadata.$Properties|null} [metadata] AicoMessage metadata
             * @property {google.protobuf.Any.$Properties|null} [anyPayload] AicoMessage anyPayload
             * @property {"anyPayload"} [payload] AicoMessage payload
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AicoMessage.
             * @memberof aico.core
             * @interface IAicoMessage
             * @augments aico.core.AicoMessage.$Properties
             * @deprecated Use aico.core.AicoMessage.$Properties instead.
             */

            /**
             * Narrowed shape of an AicoMessage.
             * @typedef {{
             *   metadata?: aico.core.MessageMetadata.$Shape|null;
             *   anyPayload?: google.protobuf.Any.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ payload?: undefined; anyPayload?: null }|{ payload?: "anyPayload"; anyPayload: google.protobuf.Any.$Shape })
             * )} aico.core.AicoMessage.$Shape
             */

            /**
             * Constructs a new AicoMessage.
             * @memberof aico.core
             * @classdesc Represents an AicoMessage.
             * @constructor
             * @param {aico.core.AicoMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AicoMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AicoMessage metadata.
             * @member {aico.core.MessageMetadata.$Properties|null|undefined} metadata
             * @memberof aico.core.AicoMessage
             * @instance
             */
            AicoMessage.prototype.metadata = null;

            /**
             * AicoMessage anyPayload.
             * @member {google.protobuf.Any.$Properties|null|undefined} anyPayload
             * @memberof aico.core.AicoMessage
             * @instance
             */
            AicoMessage.prototype.anyPayload = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * AicoMessage payload.
             * @member {"anyPayload"|undefined} payload
             * @memberof aico.core.AicoMessage
             * @instance
             */
            $Object.defineProperty(AicoMessage.prototype, "payload", {
                get: $util.oneOfGetter($oneOfFields = ["anyPayload"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new AicoMessage instance using the specified properties.
             * @function create
             * @memberof aico.core.AicoMessage
             * @static
             * @param {aico.core.AicoMessage.$Properties=} [properties] Properties to set
             * @returns {aico.core.AicoMessage} AicoMessage instance
             * @type {{
             *   (properties: aico.core.AicoMessage.$Shape): aico.core.AicoMessage & aico.core.AicoMessage.$Shape;
             *   (properties?: aico.core.AicoMessage.$Properties): aico.core.AicoMessage;
             * }}
             */
            AicoMessage.create = function(properties) {
                return new AicoMessage(properties);
            };

            /**
             * Encodes the specified AicoMessage message. Does not implicitly {@link aico.core.AicoMessage.verify|verify} messages.
             * @function encode
             * @memberof aico.core.AicoMessage
             * @static
             * @param {aico.core.AicoMessage.$Properties} message AicoMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AicoMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    $root.aico.core.MessageMetadata.encode(message.metadata, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.anyPayload != null && $Object.hasOwnProperty.call(message, "anyPayload"))
                    $root.google.protobuf.Any.encode(message.anyPayload, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AicoMessage message from the specified reader or buffer.
             * @function decode
             * @memberof aico.core.AicoMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {aico.core.AicoMessage & aico.core.AicoMessage.$Shape} AicoMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AicoMessage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.aico.core.AicoMessage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.metadata = $root.aico.core.MessageMetadata.decode(reader, reader.size(), $undefined, _depth + 1, message.metadata);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.anyPayload = $root.google.protobuf.Any.decode(reader, reader.size(), $undefined, _depth + 1, message.anyPayload);
                            message.payload = "anyPayload";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AicoMessage;
        })();

        /**
         * LogLevel enum.
         * @name aico.core.LogLevel
         * @enum {number}
         * @property {number} UNKNOWN=0 UNKNOWN value
         * @property {number} DEBUG=10 DEBUG value
         * @property {number} INFO=20 INFO value
         * @property {number} WARNING=30 WARNING value
         * @property {number} ERROR=40 ERROR value
         * @property {number} CRITICAL=50 CRITICAL value
         */
        core.LogLevel = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "UNKNOWN"] = 0;
            values[valuesById[10] = "DEBUG"] = 10;
            values[valuesById[20] = "INFO"] = 20;
            values[valuesById[30] = "WARNING"] = 30;
            values[valuesById[40] = "ERROR"] = 40;
            values[valuesById[50] = "CRITICAL"] = 50;
            return values;
        })();

        core.LogEntry = (function() {

            /**
             * Properties of a LogEntry.
             * @typedef {Object} aico.core.LogEntry.$Properties
             * @property {google.protobuf.Timestamp.$Properties|null} [timestamp] LogEntry timestamp
             * @property {aico.core.LogLevel|null} [level] LogEntry level
             * @property {string|null} [subsystem] LogEntry subsystem
             * @property {string|null} [module] LogEntry module
             * @property {string|null} ["function"] LogEntry function
             * @property {string|null} [message] LogEntry message
             * @property {string|null} [topic] LogEntry topic
             * @property {Object.<string,string>|null} [metadata] LogEntry metadata
             * @property {string|null} [filePath] LogEntry filePath
             * @property {number|null} [lineNumber] LogEntry lineNumber
             * @property {string|null} [userUuid] LogEntry userUuid
             * @property {string|null} [sessionId] LogEntry sessionId
             * @property {string|null} [traceId] LogEntry traceId
             * @property {Object.<string,string>|null} [extra] LogEntry extra
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LogEntry.
             * @memberof aico.core
             * @interface ILogEntry
             * @augments aico.core.LogEntry.$Properties
             * @deprecated Use aico.core.LogEntry.$Properties instead.
             */

            /**
             * Shape of a LogEntry.
             * @typedef {aico.core.LogEntry.$Properties} aico.core.LogEntry.$Shape
             */

            /**
             * Constructs a new LogEntry.
             * @memberof aico.core
             * @classdesc Represents a LogEntry.
             * @constructor
             * @param {aico.core.LogEntry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LogEntry = function (properties) {
                this.metadata = {};
                this.extra = {};
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LogEntry timestamp.
             * @member {google.protobuf.Timestamp.$Properties|null|undefined} timestamp
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.timestamp = null;

            /**
             * LogEntry level.
             * @member {aico.core.LogLevel} level
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.level = 0;

            /**
             * LogEntry subsystem.
             * @member {string} subsystem
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.subsystem = "";

            /**
             * LogEntry module.
             * @member {string} module
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.module = "";

            /**
             * LogEntry function.
             * @member {string} function
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype["function"] = "";

            /**
             * LogEntry message.
             * @member {string} message
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.message = "";

            /**
             * LogEntry topic.
             * @member {string} topic
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.topic = "";

            /**
             * LogEntry metadata.
             * @member {Object.<string,string>} metadata
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.metadata = $util.emptyObject;

            /**
             * LogEntry filePath.
             * @member {string} filePath
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.filePath = "";

            /**
             * LogEntry lineNumber.
             * @member {number} lineNumber
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.lineNumber = 0;

            /**
             * LogEntry userUuid.
             * @member {string} userUuid
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.userUuid = "";

            /**
             * LogEntry sessionId.
             * @member {string} sessionId
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.sessionId = "";

            /**
             * LogEntry traceId.
             * @member {string} traceId
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.traceId = "";

            /**
             * LogEntry extra.
             * @member {Object.<string,string>} extra
             * @memberof aico.core.LogEntry
             * @instance
             */
            LogEntry.prototype.extra = $util.emptyObject;

            /**
             * Creates a new LogEntry instance using the specified properties.
             * @function create
             * @memberof aico.core.LogEntry
             * @static
             * @param {aico.core.LogEntry.$Properties=} [properties] Properties to set
             * @returns {aico.core.LogEntry} LogEntry instance
             * @type {{
             *   (properties: aico.core.LogEntry.$Shape): aico.core.LogEntry & aico.core.LogEntry.$Shape;
             *   (properties?: aico.core.LogEntry.$Properties): aico.core.LogEntry;
             * }}
             */
            LogEntry.create = function(properties) {
                return new LogEntry(properties);
            };

            /**
             * Encodes the specified LogEntry message. Does not implicitly {@link aico.core.LogEntry.verify|verify} messages.
             * @function encode
             * @memberof aico.core.LogEntry
             * @static
             * @param {aico.core.LogEntry.$Properties} message LogEntry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LogEntry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp"))
                    $root.google.protobuf.Timestamp.encode(message.timestamp, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.level != null && $Object.hasOwnProperty.call(message, "level") && message.level !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.level);
                if (message.subsystem != null && $Object.hasOwnProperty.call(message, "subsystem") && message.subsystem !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.subsystem);
                if (message.module != null && $Object.hasOwnProperty.call(message, "module") && message.module !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.module);
                if (message["function"] != null && $Object.hasOwnProperty.call(message, "function") && message["function"] !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message["function"]);
                if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.message);
                if (message.topic != null && $Object.hasOwnProperty.call(message, "topic") && message.topic !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.topic);
                if (message.metadata != null && $Object.hasOwnProperty.call(message, "metadata"))
                    for (let keys = $Object.keys(message.metadata), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 8, wireType 2 =*/66).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.metadata[keys[i]]).ldelim();
                if (message.filePath != null && $Object.hasOwnProperty.call(message, "filePath") && message.filePath !== "")
                    writer.uint32(/* id 9, wireType 2 =*/74).string(message.filePath);
                if (message.lineNumber != null && $Object.hasOwnProperty.call(message, "lineNumber") && message.lineNumber !== 0)
                    writer.uint32(/* id 10, wireType 0 =*/80).int32(message.lineNumber);
                if (message.userUuid != null && $Object.hasOwnProperty.call(message, "userUuid") && message.userUuid !== "")
                    writer.uint32(/* id 11, wireType 2 =*/90).string(message.userUuid);
                if (message.sessionId != null && $Object.hasOwnProperty.call(message, "sessionId") && message.sessionId !== "")
                    writer.uint32(/* id 12, wireType 2 =*/98).string(message.sessionId);
                if (message.traceId != null && $Object.hasOwnProperty.call(message, "traceId") && message.traceId !== "")
                    writer.uint32(/* id 13, wireType 2 =*/106).string(message.traceId);
                if (message.extra != null && $Object.hasOwnProperty.call(message, "extra"))
                    for (let keys = $Object.keys(message.extra), i = 0; i < keys.length; ++i)
                        writer.uint32(/* id 14, wireType 2 =*/114).fork().uint32(/* id 1, wireType 2 =*/10).string(keys[i]).uint32(/* id 2, wireType 2 =*/18).string(message.extra[keys[i]]).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LogEntry message from the specified reader or buffer.
             * @function decode
             * @memberof aico.core.LogEntry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {aico.core.LogEntry & aico.core.LogEntry.$Shape} LogEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LogEntry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, key, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.aico.core.LogEntry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            message.timestamp = $root.google.protobuf.Timestamp.decode(reader, reader.size(), $undefined, _depth + 1, message.timestamp);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.level = value;
                            else
                                delete message.level;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.subsystem = value;
                            else
                                delete message.subsystem;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.module = value;
                            else
                                delete message.module;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message["function"] = value;
                            else
                                delete message["function"];
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.message = value;
                            else
                                delete message.message;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.topic = value;
                            else
                                delete message.topic;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            if (message.metadata === $util.emptyObject)
                                message.metadata = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.metadata, key);
                            message.metadata[key] = value;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.filePath = value;
                            else
                                delete message.filePath;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.lineNumber = value;
                            else
                                delete message.lineNumber;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.userUuid = value;
                            else
                                delete message.userUuid;
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.sessionId = value;
                            else
                                delete message.sessionId;
                            continue;
                        }
                    case 13: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.traceId = value;
                            else
                                delete message.traceId;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 2)
                                break;
                            if (message.extra === $util.emptyObject)
                                message.extra = {};
                            let end2 = reader.size() + reader.pos;
                            if (end2 > reader.len)
                                throw $RangeError("index out of range");
                            reader.len = end2;
                            key = "";
                            value = "";
                            while (reader.pos < end2) {
                                let tag2 = reader.tag();
                                wireType = tag2 & 7;
                                switch (tag2 >>>= 3) {
                                case 1:
                                    if (wireType !== 2)
                                        break;
                                    key = reader.stringVerify();
                                    continue;
                                case 2:
                                    if (wireType !== 2)
                                        break;
                                    value = reader.stringVerify();
                                    continue;
                                }
                                reader.skipType(wireType, _depth, tag2);
                            }
                            if (reader.pos !== end2)
                                throw $RangeError("index out of range");
                            reader.len = end;
                            if (key === "__proto__")
                                $util.makeProp(message.extra, key);
                            message.extra[key] = value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return LogEntry;
        })();

        return core;
    })();

    return aico;
})();

export const google = $root.google = (() => {

    /**
     * Namespace google.
     * @exports google
     * @namespace
     */
    const google = {};

    google.protobuf = (function() {

        /**
         * Namespace protobuf.
         * @memberof google
         * @namespace
         */
        const protobuf = {};

        protobuf.Any = (function() {

            /**
             * Properties of an Any.
             * @typedef {Object} google.protobuf.Any.$Properties
             * @property {string|null} [type_url] Any type_url
             * @property {Uint8Array|null} [value] Any value
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Any.
             * @memberof google.protobuf
             * @interface IAny
             * @augments google.protobuf.Any.$Properties
             * @deprecated Use google.protobuf.Any.$Properties instead.
             */

            /**
             * Shape of an Any.
             * @typedef {google.protobuf.Any.$Properties} google.protobuf.Any.$Shape
             */

            /**
             * Constructs a new Any.
             * @memberof google.protobuf
             * @classdesc Represents an Any.
             * @constructor
             * @param {google.protobuf.Any.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Any = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Any type_url.
             * @member {string} type_url
             * @memberof google.protobuf.Any
             * @instance
             */
            Any.prototype.type_url = "";

            /**
             * Any value.
             * @member {Uint8Array} value
             * @memberof google.protobuf.Any
             * @instance
             */
            Any.prototype.value = $util.newBuffer([]);

            /**
             * Creates a new Any instance using the specified properties.
             * @function create
             * @memberof google.protobuf.Any
             * @static
             * @param {google.protobuf.Any.$Properties=} [properties] Properties to set
             * @returns {google.protobuf.Any} Any instance
             * @type {{
             *   (properties: google.protobuf.Any.$Shape): google.protobuf.Any & google.protobuf.Any.$Shape;
             *   (properties?: google.protobuf.Any.$Properties): google.protobuf.Any;
             * }}
             */
            Any.create = function(properties) {
                return new Any(properties);
            };

            /**
             * Encodes the specified Any message. Does not implicitly {@link google.protobuf.Any.verify|verify} messages.
             * @function encode
             * @memberof google.protobuf.Any
             * @static
             * @param {google.protobuf.Any.$Properties} message Any message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Any.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.type_url != null && $Object.hasOwnProperty.call(message, "type_url") && message.type_url !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.type_url);
                if (message.value != null && $Object.hasOwnProperty.call(message, "value") && message.value.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.value);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Any message from the specified reader or buffer.
             * @function decode
             * @memberof google.protobuf.Any
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {google.protobuf.Any & google.protobuf.Any.$Shape} Any
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Any.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Any();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.type_url = value;
                            else
                                delete message.type_url;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.value = value;
                            else
                                delete message.value;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Any;
        })();

        protobuf.Timestamp = (function() {

            /**
             * Properties of a Timestamp.
             * @typedef {Object} google.protobuf.Timestamp.$Properties
             * @property {number|null} [seconds] Timestamp seconds
             * @property {number|null} [nanos] Timestamp nanos
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Timestamp.
             * @memberof google.protobuf
             * @interface ITimestamp
             * @augments google.protobuf.Timestamp.$Properties
             * @deprecated Use google.protobuf.Timestamp.$Properties instead.
             */

            /**
             * Shape of a Timestamp.
             * @typedef {google.protobuf.Timestamp.$Properties} google.protobuf.Timestamp.$Shape
             */

            /**
             * Constructs a new Timestamp.
             * @memberof google.protobuf
             * @classdesc Represents a Timestamp.
             * @constructor
             * @param {google.protobuf.Timestamp.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Timestamp = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Timestamp seconds.
             * @member {number} seconds
             * @memberof google.protobuf.Timestamp
             * @instance
             */
            Timestamp.prototype.seconds = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

            /**
             * Timestamp nanos.
             * @member {number} nanos
             * @memberof google.protobuf.Timestamp
             * @instance
             */
            Timestamp.prototype.nanos = 0;

            /**
             * Creates a new Timestamp instance using the specified properties.
             * @function create
             * @memberof google.protobuf.Timestamp
             * @static
             * @param {google.protobuf.Timestamp.$Properties=} [properties] Properties to set
             * @returns {google.protobuf.Timestamp} Timestamp instance
             * @type {{
             *   (properties: google.protobuf.Timestamp.$Shape): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
             *   (properties?: google.protobuf.Timestamp.$Properties): google.protobuf.Timestamp;
             * }}
             */
            Timestamp.create = function(properties) {
                return new Timestamp(properties);
            };

            /**
             * Encodes the specified Timestamp message. Does not implicitly {@link google.protobuf.Timestamp.verify|verify} messages.
             * @function encode
             * @memberof google.protobuf.Timestamp
             * @static
             * @param {google.protobuf.Timestamp.$Properties} message Timestamp message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Timestamp.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.seconds != null && $Object.hasOwnProperty.call(message, "seconds") && (typeof message.seconds === "object" ? message.seconds.low || message.seconds.high : message.seconds !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).int64(message.seconds);
                if (message.nanos != null && $Object.hasOwnProperty.call(message, "nanos") && message.nanos !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).int32(message.nanos);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Timestamp message from the specified reader or buffer.
             * @function decode
             * @memberof google.protobuf.Timestamp
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape} Timestamp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Timestamp.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.google.protobuf.Timestamp();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.int64()) === "object" ? value.low || value.high : value !== 0)
                                message.seconds = value;
                            else
                                delete message.seconds;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.nanos = value;
                            else
                                delete message.nanos;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Timestamp;
        })();

        return protobuf;
    })();

    return google;
})();

export {
  $root as default
};
