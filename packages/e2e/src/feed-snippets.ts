// The clients of the live feed as the documents of an earlier webhook service print them, word for word.

/** Jobs and alerts of one repository, and a check of the health that the page calls. */
export const REPOSITORY_CLIENT = `
// Listen for real-time webhook events
const socket = io('http://localhost:3000');

// Subscribe to specific repository
socket.emit('subscribe:repository', 'myorg/myrepo');

// Handle workflow job events
socket.on('workflow-job', (data) => {
  console.log(\`Job \${data.job.name} is \${data.action}\`);
  
  if (data.action === 'completed') {
    console.log(\`Conclusion: \${data.job.conclusion}\`);
  }
});

// Handle security alerts
socket.on('security-alert', (data) => {
  alert(\`Security issue in \${data.repository.full_name}: \${data.eventType}\`);
});

// Monitor webhook health
async function checkWebhookHealth() {
  const response = await fetch('/api/webhooks/health');
  const health = await response.json();
  
  if (health.data.healthScore < 80) {
    console.warn('Webhook system health degraded:', health.data);
  }
}
`;

/** The main namespace. */
export const MAIN_NAMESPACE_CLIENT = `
// Connect
const socket = io();

// Subscribe to repository
socket.emit('subscribe:repository', 'org/repo');

// Listen for events
socket.on('workflow-job', (data) => {
  console.log('Job update:', data);
});

socket.on('push-event', (data) => {
  console.log('Push event:', data);
});

socket.on('security-alert', (data) => {
  console.log('SECURITY ALERT:', data);
});
`;

export const WEBHOOKS_NAMESPACE_CLIENT = `
// Connect to webhook namespace
const webhookSocket = io('/webhooks');

// Subscribe with filters
webhookSocket.emit('subscribe:webhook-events', {
  repository: 'org/repo',
  eventType: 'workflow_job'
});

// Listen for webhook events
webhookSocket.on('event', (data) => {
  console.log('Webhook event:', data);
});
`;

export const MONITORING_NAMESPACE_CLIENT = `
// Connect to monitoring namespace
const monitoringSocket = io('/monitoring');

// Receive real-time metrics
monitoringSocket.on('update', (metrics) => {
  console.log('Metrics update:', metrics);
});
`;

const PYTHON_CLIENT = `
import socketio
import requests

# Connect to WebSocket
sio = socketio.Client()

@sio.on('workflow-job')
def on_workflow_job(data):
    print(f"Job {data['job']['name']} is {data['action']}")

@sio.on('security-alert')
def on_security_alert(data):
    print(f"SECURITY ALERT: {data['eventType']} in {data['repository']['full_name']}")

# Connect
sio.connect('http://localhost:3000')

# Subscribe to repository
sio.emit('subscribe:repository', 'myorg/myrepo')

# Check webhook statistics
response = requests.get('http://localhost:3000/api/webhooks/statistics?hours=1')
stats = response.json()
print(f"Success rate: {stats['data']['summary']['successRate']}%")
`;

/** The client in Python, with the host and the key of a gateway. It runs until it is ended. */
export function pythonClientFor({ gatewayUrl, key }: { gatewayUrl: string; key: string }): string {
  return `${PYTHON_CLIENT.replaceAll('http://localhost:3000', gatewayUrl)
    .replace(`sio.connect('${gatewayUrl}')`, `sio.connect('${gatewayUrl}', auth={'token': '${key}'})`)
    .replace("?hours=1')", `?hours=1', headers={'authorization': 'Bearer ${key}'})`)}sio.wait()\n`;
}
