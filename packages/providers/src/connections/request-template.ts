/**
 * The placeholders `{name}` of templates. Each stands for a setting of the connection unless its text says otherwise.
 */
export const PLACEHOLDERS = {
  accessToken: 'The access token of the connection.',
  callbackUrl: 'The address of the source that receives the webhooks.',
  channelId: 'YouTube: the id of the channel (UC…).',
  clientId: 'The id of the OAuth application.',
  conversationTypes: 'Slack: the kinds of conversations that the bot may list, see `PolledResources.values`.',
  cursor: 'The cursor of the last poll, see `PollingSpecification.cursor`.',
  events: "The provider's names of the events to subscribe to, a list.",
  fields: 'Meta: the fields of the page to subscribe to, separated by commas.',
  graphVersion: 'Meta: the version of the Graph API that the application uses, such as v23.0.',
  likesPlaylistId: 'YouTube: the id of the playlist of the videos that the person likes.',
  logId: 'The id of a delivery in the log of the provider, see `DeliveryLogSpecification`.',
  owner: 'GitHub: the account of the repository.',
  pageId: 'Meta: the page.',
  pageSize: 'Slack: how many messages a page has, see `PollingSpecification.values`.',
  refreshToken: 'The refresh token of the connection.',
  repository: 'GitHub: the name of the repository, without its owner.',
  resource: 'The id of the resource of a poll or a watch: of a GitHub repository, of a Slack conversation.',
  secret: 'The secret of the source that receives the webhooks.',
  since: 'The time of the last complete poll, in seconds since 1970, see `PollingResync`.',
  subscriptionId: "The provider's id of the subscription, see `WatchSpecification.subscriptionId`.",
  topicName: 'Gmail: the Pub/Sub topic, projects/P/topics/T.',
  uploadsPlaylistId:
    'YouTube: the id of the playlist of all uploads of a channel, which is the id of the channel with UU in place of UC.',
} as const;

/** A value of a JSON body; its texts are templates. */
export type JsonTemplate =
  | string
  | number
  | boolean
  | readonly JsonTemplate[]
  | { readonly [name: string]: JsonTemplate };

/**
 * A request. All its texts are templates: `{name}` stands for one of `PLACEHOLDERS`, percent-encoded in a URL. A
 * parameter of `query` without a value (the cursor of a first poll) is omitted.
 */
export interface RequestTemplate {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** https, without a query. */
  readonly url: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Headers in addition to the headers of the body and of `authorization`; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?:
    | { readonly form: Readonly<Record<string, string>> }
    | { readonly json: { readonly [name: string]: JsonTemplate } };
  /** `bearer`: the access token. `client`: Basic, with id and secret of the OAuth application. */
  readonly authorization: 'bearer' | 'client' | 'none';
}
