export * from './github-app.ts';
export * from './provider-app.ts';
export * from './slack-app.ts';
export * from './stripe-app.ts';
export * from './svix-app.ts';
export * from './twilio-app.ts';
