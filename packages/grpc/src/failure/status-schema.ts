const text = (id: number) => ({ type: 'string', id })

/** The public messages of googleapis that carry error details, so that peers in other languages understand them. */
export const schema = {
  nested: {
    google: {
      nested: {
        protobuf: {
          nested: {
            Any: { fields: { typeUrl: text(1), value: { type: 'bytes', id: 2 } } },
            Duration: { fields: { seconds: { type: 'int64', id: 1 }, nanos: { type: 'int32', id: 2 } } },
          },
        },
        rpc: {
          nested: {
            Status: {
              fields: {
                code: { type: 'int32', id: 1 },
                message: text(2),
                details: { rule: 'repeated', type: 'google.protobuf.Any', id: 3 },
              },
            },
            ErrorInfo: {
              fields: { reason: text(1), domain: text(2), metadata: { keyType: 'string', type: 'string', id: 3 } },
            },
            BadRequest: {
              fields: { fieldViolations: { rule: 'repeated', type: 'FieldViolation', id: 1 } },
              nested: { FieldViolation: { fields: { field: text(1), description: text(2) } } },
            },
            RetryInfo: { fields: { retryDelay: { type: 'google.protobuf.Duration', id: 1 } } },
            RequestInfo: { fields: { requestId: text(1), servingData: text(2) } },
          },
        },
      },
    },
  },
}
