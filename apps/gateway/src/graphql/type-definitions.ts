/** The types by hand: the same names and values as the answers of the HTTP API, whose objects they are read from. */
export const TYPE_DEFINITIONS = /* GraphQL */ `
"""
RFC 3339, in UTC.
"""
scalar DateTime

"""
Everything that a caller may read. An operator names a tenant by userId; a tenant always reads its own.
"""
type Query {
  event(id: ID!, userId: String): Event
  events(
    first: Int!
    after: String
    userId: String
    status: String
    eventType: String
    provider: String
    repository: String
  ): EventPage!
  delivery(id: ID!, userId: String): Delivery
  deliveries(
    first: Int!
    after: String
    userId: String
    status: String
    eventType: String
    errorCode: String
    webhookId: ID
  ): DeliveryPage!
  endpoint(id: ID!, userId: String): Endpoint
  endpoints(first: Int!, after: String, userId: String, active: Boolean): EndpointPage!
  source(id: ID!, userId: String): Source
  sources(first: Int!, after: String, userId: String, provider: String): SourcePage!
  connection(id: ID!, userId: String): Connection
  connections(first: Int!, after: String, userId: String, provider: String, status: String): ConnectionPage!
}

type Event {
  id: ID!
  type: String!
  source: String!
  subject: String
  provider: String!
  action: String
  repository: String
  providerDeliveryId: String
  userId: String!
  via: String!
  time: DateTime!
  receivedAt: DateTime!
  status: String!
  matched: Int!
  retryCount: Int!
  lastError: String
  processedAt: DateTime
  sizeBytes: Int!
  """
  The JSON text of the payload, as it was received: numbers keep their digits. Null: the payload was deleted, or has more
  than 256 KiB.
  """
  payload: String
  deliveries(first: Int!, after: String): DeliveryPage!
}

type Delivery {
  id: ID!
  status: String!
  eventType: String!
  userId: String!
  attemptCount: Int!
  nextAttemptAt: DateTime
  waitsFor: String
  parkedBy: ParkedBy
  lastAttemptAt: DateTime
  responseCode: Int
  errorCode: String
  errorMessage: String
  createdAt: DateTime!
  completedAt: DateTime
  """
  The newest attempts, oldest first.
  """
  attempts(first: Int!): [Attempt!]!
  event: Event
  endpoint: Endpoint
}

"""
What blocks the ordering key of a delivery.
"""
type ParkedBy {
  key: String!
  deliveryId: ID!
  since: DateTime!
}

type Attempt {
  attempt: Int!
  trigger: String!
  startedAt: DateTime!
  durationMs: Float!
  firstByteMs: Float
  responseCode: Int
  responseBody: String
  errorCode: String
  errorMessage: String
}

type Endpoint {
  id: ID!
  userId: String!
  name: String!
  url: String!
  description: String
  events: [String!]!
  active: Boolean!
  verified: Boolean!
  disabledAt: DateTime
  disabledReason: String
  createdAt: DateTime!
  updatedAt: DateTime!
  deliveries(first: Int!, after: String, status: String): DeliveryPage!
}

type Source {
  id: ID!
  userId: String!
  provider: String!
  name: String
  url: String!
  active: Boolean!
  managedBy: String
  createdAt: DateTime!
  updatedAt: DateTime!
}

type Account {
  "The provider's id of the account."
  id: ID!
  name: String
}

type Connection {
  id: ID!
  userId: String!
  provider: String!
  appId: ID!
  account: Account!
  status: String!
  reason: String
  message: String
  since: DateTime!
  createdAt: DateTime!
  updatedAt: DateTime!
}

type PageInfo {
  hasNextPage: Boolean!
  "Pass it as after to get the next page."
  endCursor: String
}

type EventPage {
  nodes: [Event!]!
  pageInfo: PageInfo!
}
type DeliveryPage {
  nodes: [Delivery!]!
  pageInfo: PageInfo!
}
type EndpointPage {
  nodes: [Endpoint!]!
  pageInfo: PageInfo!
}
type SourcePage {
  nodes: [Source!]!
  pageInfo: PageInfo!
}
type ConnectionPage {
  nodes: [Connection!]!
  pageInfo: PageInfo!
}
`;
