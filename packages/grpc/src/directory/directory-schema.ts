/** What proto/directory.proto says, for programs that are bundled and have no files beside them. A test compares the two. */
export const directorySchema = {
  nested: {
    module_orchestrator: {
      nested: {
        v1: {
          nested: {
            directory: {
              nested: {
                DirectoryService: {
                  methods: {
                    ResolveGrpcService: {
                      requestType: 'ResolveGrpcServiceRequest',
                      responseType: 'ResolveGrpcServiceResponse',
                    },
                    ListInstances: {
                      requestType: 'ListInstancesRequest',
                      responseType: 'ListInstancesResponse',
                    },
                    RegisterInstance: {
                      requestType: 'RegisterInstanceRequest',
                      responseType: 'RegisterInstanceResponse',
                    },
                    DeregisterInstance: {
                      requestType: 'DeregisterInstanceRequest',
                      responseType: 'DeregisterInstanceResponse',
                    },
                    Heartbeat: {
                      requestType: 'HeartbeatRequest',
                      responseType: 'HeartbeatResponse',
                    },
                    Watch: {
                      requestType: 'WatchRequest',
                      responseType: 'WatchResponse',
                      responseStream: true,
                    },
                  },
                },
                ResolveGrpcServiceRequest: {
                  fields: {
                    serviceName: {
                      type: 'string',
                      id: 1,
                    },
                  },
                },
                ResolveGrpcServiceResponse: {
                  fields: {
                    endpointUri: {
                      type: 'string',
                      id: 1,
                    },
                    moduleName: {
                      type: 'string',
                      id: 2,
                    },
                    instanceId: {
                      type: 'string',
                      id: 3,
                    },
                  },
                },
                ListInstancesRequest: {
                  fields: {
                    moduleName: {
                      type: 'string',
                      id: 1,
                    },
                  },
                },
                ListInstancesResponse: {
                  fields: {
                    instances: {
                      rule: 'repeated',
                      type: 'InstanceInfo',
                      id: 1,
                    },
                  },
                },
                InstanceInfo: {
                  fields: {
                    moduleName: {
                      type: 'string',
                      id: 1,
                    },
                    instanceId: {
                      type: 'string',
                      id: 2,
                    },
                    endpointUri: {
                      type: 'string',
                      id: 3,
                    },
                    version: {
                      type: 'string',
                      id: 4,
                    },
                    state: {
                      type: 'InstanceState',
                      id: 5,
                    },
                    pid: {
                      type: 'uint32',
                      id: 6,
                    },
                    startedAt: {
                      type: 'int64',
                      id: 7,
                    },
                    grpcServices: {
                      rule: 'repeated',
                      type: 'GrpcServiceEndpoint',
                      id: 8,
                    },
                  },
                },
                InstanceState: {
                  values: {
                    INSTANCE_STATE_UNSPECIFIED: 0,
                    REGISTERED: 1,
                    READY: 2,
                    HEALTHY: 3,
                    QUARANTINED: 4,
                    DRAINING: 5,
                  },
                },
                GrpcServiceEndpoint: {
                  fields: {
                    serviceName: {
                      type: 'string',
                      id: 1,
                    },
                    endpointUri: {
                      type: 'string',
                      id: 2,
                    },
                  },
                },
                RegisterInstanceRequest: {
                  fields: {
                    moduleName: {
                      type: 'string',
                      id: 1,
                    },
                    instanceId: {
                      type: 'string',
                      id: 2,
                    },
                    grpcServices: {
                      rule: 'repeated',
                      type: 'GrpcServiceEndpoint',
                      id: 3,
                    },
                    version: {
                      type: 'string',
                      id: 4,
                    },
                    state: {
                      type: 'InstanceState',
                      id: 5,
                    },
                    pid: {
                      type: 'uint32',
                      id: 6,
                    },
                    startedAt: {
                      type: 'int64',
                      id: 7,
                    },
                  },
                },
                RegisterInstanceResponse: {
                  fields: {
                    signingKey: {
                      type: 'bytes',
                      id: 1,
                    },
                  },
                },
                DeregisterInstanceRequest: {
                  fields: {
                    moduleName: {
                      type: 'string',
                      id: 1,
                    },
                    instanceId: {
                      type: 'string',
                      id: 2,
                    },
                  },
                },
                DeregisterInstanceResponse: {
                  fields: {},
                },
                HeartbeatRequest: {
                  fields: {
                    moduleName: {
                      type: 'string',
                      id: 1,
                    },
                    instanceId: {
                      type: 'string',
                      id: 2,
                    },
                    health: { type: 'HealthStatus', id: 3 },
                    healthDetail: { type: 'string', id: 4 },
                  },
                },
                HealthStatus: { values: { HEALTH_STATUS_UNSPECIFIED: 0, OK: 1, DEGRADED: 2, DOWN: 3 } },
                HeartbeatResponse: {
                  fields: {},
                },
                WatchRequest: {
                  fields: {
                    serviceName: {
                      type: 'string',
                      id: 1,
                    },
                  },
                },
                WatchResponse: {
                  fields: {
                    instances: {
                      rule: 'repeated',
                      type: 'InstanceInfo',
                      id: 1,
                    },
                    directoryId: {
                      type: 'string',
                      id: 2,
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
}
