import * as $protobuf from "protobufjs/minimal.js";

/** Namespace aico. */
export namespace aico {

    /** Namespace core. */
    namespace core {

        /**
         * Properties of a MessageMetadata.
         * @deprecated Use aico.core.MessageMetadata.$Properties instead.
         */
        interface IMessageMetadata extends aico.core.MessageMetadata.$Properties {
        }

        /** Represents a MessageMetadata. */
        class MessageMetadata {

            /**
             * Constructs a new MessageMetadata.
             * @param [properties] Properties to set
             */
            constructor(properties?: aico.core.MessageMetadata.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** MessageMetadata messageId. */
            messageId: string;

            /** MessageMetadata timestamp. */
            timestamp?: (google.protobuf.Timestamp.$Properties|null);

            /** MessageMetadata source. */
            source: string;

            /** MessageMetadata messageType. */
            messageType: string;

            /** MessageMetadata version. */
            version: string;

            /** MessageMetadata attributes. */
            attributes: { [k: string]: string };

            /**
             * Creates a new MessageMetadata instance using the specified properties.
             * @param [properties] Properties to set
             * @returns MessageMetadata instance
             */
            static create(properties: aico.core.MessageMetadata.$Shape): aico.core.MessageMetadata & aico.core.MessageMetadata.$Shape;
            static create(properties?: aico.core.MessageMetadata.$Properties): aico.core.MessageMetadata;

            /**
             * Encodes the specified MessageMetadata message. Does not implicitly {@link aico.core.MessageMetadata.verify|verify} messages.
             * @param message MessageMetadata message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: aico.core.MessageMetadata.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a MessageMetadata message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {aico.core.MessageMetadata & aico.core.MessageMetadata.$Shape} MessageMetadata
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): aico.core.MessageMetadata & aico.core.MessageMetadata.$Shape;
        }

        namespace MessageMetadata {

            /** Properties of a MessageMetadata. */
            interface $Properties {

                /** MessageMetadata messageId */
                messageId?: (string|null);

                /** MessageMetadata timestamp */
                timestamp?: (google.protobuf.Timestamp.$Properties|null);

                /** MessageMetadata source */
                source?: (string|null);

                /** MessageMetadata messageType */
                messageType?: (string|null);

                /** MessageMetadata version */
                version?: (string|null);

                /** MessageMetadata attributes */
                attributes?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a MessageMetadata. */
            type $Shape = aico.core.MessageMetadata.$Properties;
        }

        /**
         * Properties of an AicoMessage.
         * @deprecated Use aico.core.AicoMessage.$Properties instead.
         */
        interface IAicoMessage extends aico.core.AicoMessage.$Properties {
        }

        /** Represents an AicoMessage. */
        class AicoMessage {

            /**
             * Constructs a new AicoMessage.
             * @param [properties] Properties to set
             */
            constructor(properties?: aico.core.AicoMessage.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** AicoMessage metadata. */
            metadata?: (aico.core.MessageMetadata.$Properties|null);

            /** AicoMessage anyPayload. */
            anyPayload?: (google.protobuf.Any.$Properties|null);

            /** AicoMessage payload. */
            payload?: "anyPayload";

            /**
             * Creates a new AicoMessage instance using the specified properties.
             * @param [properties] Properties to set
             * @returns AicoMessage instance
             */
            static create(properties: aico.core.AicoMessage.$Shape): aico.core.AicoMessage & aico.core.AicoMessage.$Shape;
            static create(properties?: aico.core.AicoMessage.$Properties): aico.core.AicoMessage;

            /**
             * Encodes the specified AicoMessage message. Does not implicitly {@link aico.core.AicoMessage.verify|verify} messages.
             * @param message AicoMessage message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: aico.core.AicoMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an AicoMessage message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {aico.core.AicoMessage & aico.core.AicoMessage.$Shape} AicoMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): aico.core.AicoMessage & aico.core.AicoMessage.$Shape;
        }

        namespace AicoMessage {

            /** Properties of an AicoMessage. */
            interface $Properties {

                /** AicoMessage metadata */
                metadata?: (aico.core.MessageMetadata.$Properties|null);

                /** AicoMessage anyPayload */
                anyPayload?: (google.protobuf.Any.$Properties|null);

                /** AicoMessage payload */
                payload?: "anyPayload";

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Narrowed shape of an AicoMessage. */
            type $Shape = {
              metadata?: aico.core.MessageMetadata.$Shape|null;
              anyPayload?: google.protobuf.Any.$Shape|null;
              $unknowns?: Uint8Array[];
            } & (
              ({ payload?: undefined; anyPayload?: null }|{ payload?: "anyPayload"; anyPayload: google.protobuf.Any.$Shape })
            );
        }

        /** LogLevel enum. */
        enum LogLevel {

            /** UNKNOWN value */
            UNKNOWN = 0,

            /** DEBUG value */
            DEBUG = 10,

            /** INFO value */
            INFO = 20,

            /** WARNING value */
            WARNING = 30,

            /** ERROR value */
            ERROR = 40,

            /** CRITICAL value */
            CRITICAL = 50
        }

        /**
         * Properties of a LogEntry.
         * @deprecated Use aico.core.LogEntry.$Properties instead.
         */
        interface ILogEntry extends aico.core.LogEntry.$Properties {
        }

        /** Represents a LogEntry. */
        class LogEntry {

            /**
             * Constructs a new LogEntry.
             * @param [properties] Properties to set
             */
            constructor(properties?: aico.core.LogEntry.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** LogEntry timestamp. */
            timestamp?: (google.protobuf.Timestamp.$Properties|null);

            /** LogEntry level. */
            level: aico.core.LogLevel;

            /** LogEntry subsystem. */
            subsystem: string;

            /** LogEntry module. */
            module: string;

            /** LogEntry function. */
            function: string;

            /** LogEntry message. */
            message: string;

            /** LogEntry topic. */
            topic: string;

            /** LogEntry metadata. */
            metadata: { [k: string]: string };

            /** LogEntry filePath. */
            filePath: string;

            /** LogEntry lineNumber. */
            lineNumber: number;

            /** LogEntry userUuid. */
            userUuid: string;

            /** LogEntry sessionId. */
            sessionId: string;

            /** LogEntry traceId. */
            traceId: string;

            /** LogEntry extra. */
            extra: { [k: string]: string };

            /**
             * Creates a new LogEntry instance using the specified properties.
             * @param [properties] Properties to set
             * @returns LogEntry instance
             */
            static create(properties: aico.core.LogEntry.$Shape): aico.core.LogEntry & aico.core.LogEntry.$Shape;
            static create(properties?: aico.core.LogEntry.$Properties): aico.core.LogEntry;

            /**
             * Encodes the specified LogEntry message. Does not implicitly {@link aico.core.LogEntry.verify|verify} messages.
             * @param message LogEntry message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: aico.core.LogEntry.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a LogEntry message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {aico.core.LogEntry & aico.core.LogEntry.$Shape} LogEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): aico.core.LogEntry & aico.core.LogEntry.$Shape;
        }

        namespace LogEntry {

            /** Properties of a LogEntry. */
            interface $Properties {

                /** LogEntry timestamp */
                timestamp?: (google.protobuf.Timestamp.$Properties|null);

                /** LogEntry level */
                level?: (aico.core.LogLevel|null);

                /** LogEntry subsystem */
                subsystem?: (string|null);

                /** LogEntry module */
                module?: (string|null);

                /** LogEntry function */
                "function"?: (string|null);

                /** LogEntry message */
                message?: (string|null);

                /** LogEntry topic */
                topic?: (string|null);

                /** LogEntry metadata */
                metadata?: ({ [k: string]: string }|null);

                /** LogEntry filePath */
                filePath?: (string|null);

                /** LogEntry lineNumber */
                lineNumber?: (number|null);

                /** LogEntry userUuid */
                userUuid?: (string|null);

                /** LogEntry sessionId */
                sessionId?: (string|null);

                /** LogEntry traceId */
                traceId?: (string|null);

                /** LogEntry extra */
                extra?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a LogEntry. */
            type $Shape = aico.core.LogEntry.$Properties;
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace protobuf. */
    namespace protobuf {

        /**
         * Properties of an Any.
         * @deprecated Use google.protobuf.Any.$Properties instead.
         */
        interface IAny extends google.protobuf.Any.$Properties {
        }

        /** Represents an Any. */
        class Any {

            /**
             * Constructs a new Any.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Any.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Any type_url. */
            type_url: string;

            /** Any value. */
            value: Uint8Array;

            /**
             * Creates a new Any instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Any instance
             */
            static create(properties: google.protobuf.Any.$Shape): google.protobuf.Any & google.protobuf.Any.$Shape;
            static create(properties?: google.protobuf.Any.$Properties): google.protobuf.Any;

            /**
             * Encodes the specified Any message. Does not implicitly {@link google.protobuf.Any.verify|verify} messages.
             * @param message Any message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Any.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Any message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Any & google.protobuf.Any.$Shape} Any
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Any & google.protobuf.Any.$Shape;
        }

        namespace Any {

            /** Properties of an Any. */
            interface $Properties {

                /** Any type_url */
                type_url?: (string|null);

                /** Any value */
                value?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Any. */
            type $Shape = google.protobuf.Any.$Properties;
        }

        /**
         * Properties of a Timestamp.
         * @deprecated Use google.protobuf.Timestamp.$Properties instead.
         */
        interface ITimestamp extends google.protobuf.Timestamp.$Properties {
        }

        /** Represents a Timestamp. */
        class Timestamp {

            /**
             * Constructs a new Timestamp.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Timestamp.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Timestamp seconds. */
            seconds: number;

            /** Timestamp nanos. */
            nanos: number;

            /**
             * Creates a new Timestamp instance using the specified properties.
             * @param [properties] Properties to set
             * @returns Timestamp instance
             */
            static create(properties: google.protobuf.Timestamp.$Shape): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
            static create(properties?: google.protobuf.Timestamp.$Properties): google.protobuf.Timestamp;

            /**
             * Encodes the specified Timestamp message. Does not implicitly {@link google.protobuf.Timestamp.verify|verify} messages.
             * @param message Timestamp message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Timestamp.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Timestamp message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape} Timestamp
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Timestamp & google.protobuf.Timestamp.$Shape;
        }

        namespace Timestamp {

            /** Properties of a Timestamp. */
            interface $Properties {

                /** Timestamp seconds */
                seconds?: (number|null);

                /** Timestamp nanos */
                nanos?: (number|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Timestamp. */
            type $Shape = google.protobuf.Timestamp.$Properties;
        }
    }
}
