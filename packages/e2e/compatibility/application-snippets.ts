// The code of applications as the documents of the earlier services print it, word for word, except that the secret and
// the port are parameters.

/** The receiver in Node, which verifies the body that it prints again. */
export const expressReceiver = (secret: string, port: number): string => `
const express = require('express');
const crypto = require('crypto');

const app = express();
app.use(express.json());

const WEBHOOK_SECRET = '${secret}';

function verifyWebhook(payload, signature, timestamp) {
  const age = Math.floor(Date.now() / 1000) - timestamp;
  if (age > 300) return false; // Too old

  const signedPayload = \`\${timestamp}.\${JSON.stringify(payload)}\`;
  const hmac = crypto.createHmac('sha256', WEBHOOK_SECRET);
  hmac.update(signedPayload);
  const expectedSignature = hmac.digest('hex');

  return crypto.timingSafeEqual(
    Buffer.from(signature, 'hex'),
    Buffer.from(expectedSignature, 'hex')
  );
}

app.post('/webhooks/remotedevai', (req, res) => {
  const signature = req.headers['x-webhook-signature'];
  const timestamp = parseInt(req.headers['x-webhook-timestamp']);

  if (!verifyWebhook(req.body, signature, timestamp)) {
    return res.status(401).json({ error: 'Invalid signature' });
  }

  console.log('Event:', req.body.type);
  console.log('Data:', req.body.data);

  // Process webhook...

  res.status(200).json({ received: true });
});

app.listen(${port});
`;

/** The receiver in Python. Its line with \`json.dumps\` is the one that must change. */
export const flaskReceiver = (secret: string, port: number): string => `
from flask import Flask, request, jsonify
import hmac
import hashlib
import time
import json

app = Flask(__name__)
WEBHOOK_SECRET = '${secret}'

def verify_webhook(payload, signature, timestamp):
    age = int(time.time()) - timestamp
    if age > 300:
        return False

    payload_string = request.get_data(as_text=True)
    signed_payload = f"{timestamp}.{payload_string}"

    expected_signature = hmac.new(
        WEBHOOK_SECRET.encode(),
        signed_payload.encode(),
        hashlib.sha256
    ).hexdigest()

    return hmac.compare_digest(signature, expected_signature)

@app.route('/webhooks/remotedevai', methods=['POST'])
def handle_webhook():
    signature = request.headers.get('X-Webhook-Signature')
    timestamp = int(request.headers.get('X-Webhook-Timestamp'))

    if not verify_webhook(request.json, signature, timestamp):
        return jsonify({'error': 'Invalid signature'}), 401

    print('Event:', request.json['type'])
    print('Data:', request.json['data'])

    # Process webhook...

    return jsonify({'received': True})

if __name__ == '__main__':
    app.run(port=${port})
`;

export const SLACK_HANDLER = `
const axios = require('axios');

app.post('/webhooks/remotedevai', async (req, res) => {
  res.status(200).json({ received: true });

  if (req.body.type === 'project.created') {
    await axios.post(process.env.SLACK_WEBHOOK_URL, {
      text: \`🚀 New project created: \${req.body.data.name}\`,
    });
  }
});
`;

export const DISCORD_HANDLER = `
app.post('/webhooks/remotedevai', async (req, res) => {
  res.status(200).json({ received: true });

  if (req.body.type === 'session.started') {
    await axios.post(process.env.DISCORD_WEBHOOK_URL, {
      content: \`📹 Session started: \${req.body.data.title}\`,
    });
  }
});
`;

export const DATABASE_HANDLER = `
const { PrismaClient } = require('@prisma/client');
const prisma = new PrismaClient();

app.post('/webhooks/remotedevai', async (req, res) => {
  res.status(200).json({ received: true });

  await prisma.eventLog.create({
    data: {
      eventType: req.body.type,
      eventId: req.body.id,
      payload: req.body,
      receivedAt: new Date(),
    },
  });
});
`;

export const VERIFYING_HANDLER = `
// Your application endpoint
app.post('/webhooks/remotedevai', async (req, res) => {
  const signature = req.headers['x-webhook-signature'];
  const timestamp = parseInt(req.headers['x-webhook-timestamp']);

  // Verify signature
  if (!verifyWebhook(req.body, signature, timestamp, SECRET)) {
    return res.status(401).json({ error: 'Invalid signature' });
  }

  // Acknowledge immediately
  res.status(200).json({ received: true });

  // Process asynchronously
  await processWebhook(req.body);
});
`;

/** With the import of the step before it. */
export const TRIGGER_AFTER_CREATE = `
import { WebhookService, WEBHOOK_EVENTS } from './services/WebhookService';

// Example: After creating a project
const project = await prisma.project.create({ data });

WebhookService.triggerEvent({
  eventType: WEBHOOK_EVENTS.PROJECT_CREATED,
  userId: userId,
  data: {
    id: project.id,
    name: project.name,
    createdAt: project.createdAt,
  },
}).catch((error) => {
  console.error('Webhook failed:', error);
});
`;

export const TRIGGER_AFTER_OPERATION = `
// After operation completes
WebhookService.triggerEvent({
  eventType: WEBHOOK_EVENTS.PROJECT_CREATED,
  userId,
  data: { /* event payload */ },
}).catch((error) => {
  console.error('Webhook trigger failed:', error);
});
`;

export const TRIGGER_IN_SERVICE = `
// In your service
import { WebhookService, WEBHOOK_EVENTS } from './WebhookService';

// After creating a project
WebhookService.triggerEvent({
  eventType: WEBHOOK_EVENTS.PROJECT_CREATED,
  userId: user.id,
  data: {
    id: project.id,
    name: project.name,
    createdAt: project.createdAt,
  },
}).catch(console.error);
`;
