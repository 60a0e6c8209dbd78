/** Code that the templates begin with, so that each can be copied, read and changed by itself. */
export const SUMMARIZE = String.raw`// What happened, in a few words: { title, facts: [[name, value], …], url }.
function summarize({ eventType, payload, exactNumbers = {} }) {
  // Numbers that JavaScript cannot hold become texts with every digit.
  for (const [pointer, digits] of Object.entries(exactNumbers)) {
    const steps = pointer.split('/').slice(1).map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = steps.pop();
    steps.reduce((value, step) => value[step], payload)[last] = digits;
  }
  const data = Object(payload.data);
  const facts = [];
  const add = (name, value) => {
    if (['string', 'number', 'boolean'].includes(typeof value) && value !== '') facts.push([name, String(value)]);
  };
  const [provider, event = ''] = eventType.split('.');
  const type = data.type ?? eventType;
  let title = eventType;
  let url;

  if (provider === 'github') {
    const item = data.pull_request ?? data.issue ?? data.discussion;
    const run = data.workflow_run ?? data.workflow_job ?? data.check_run ?? data.check_suite ?? data.deployment_status;
    const who = data.sender?.login ?? 'Somebody';
    const what = event.replaceAll('_', ' ');
    if (event === 'push') {
      const count = data.commits?.length ?? 0;
      const branch = String(data.ref).replace('refs/heads/', '');
      title = who + ' pushed ' + count + (count === 1 ? ' commit' : ' commits') + ' to ' + branch;
      add('Latest', data.head_commit?.message?.split('\n')[0]);
    } else if (item) {
      title = who + ': ' + what + ' ' + (data.action ?? '') + ' #' + item.number + ' ' + item.title;
      add('State', item.merged ? 'merged' : item.state);
      add('Comment', data.comment?.body ?? data.review?.body);
    } else if (run) {
      title = (run.name ?? what) + ': ' + (run.conclusion ?? run.state ?? run.status ?? data.action);
      add('Branch', run.head_branch);
    } else {
      title = who + ': ' + what + (data.action ? ' ' + data.action : '');
      add('Release', data.release?.name ?? data.release?.tag_name);
    }
    add('Repository', data.repository?.full_name);
    url = (data.comment ?? data.review ?? item ?? run ?? data.release)?.html_url ?? data.compare ?? data.repository?.html_url;
  } else if (provider === 'stripe') {
    const object = Object(data.data?.object);
    const amount = object.amount_paid ?? object.amount_total ?? object.amount;
    title = type;
    if (typeof amount === 'number' && typeof object.currency === 'string') {
      const currency = object.currency.toUpperCase();
      // Amounts come in the smallest unit; these currencies have no smaller one.
      const whole = /^(BIF|CLP|DJF|GNF|JPY|KMF|KRW|MGA|PYG|RWF|UGX|VND|VUV|XAF|XOF|XPF)$/.test(currency);
      add('Amount', (whole ? String(amount) : (amount / 100).toFixed(2)) + ' ' + currency);
    }
    add('Status', object.status);
    add('Customer', object.customer_email ?? object.receipt_email ?? object.customer);
    add('Description', object.description);
    add('Object', object.id);
    if (data.livemode === false) add('Mode', 'test');
    if (typeof data.id === 'string')
      url = 'https://dashboard.stripe.com/' + (data.livemode === false ? 'test/' : '') + 'events/' + data.id;
  } else {
    for (const [name, value] of Object.entries(data)) if (facts.length < 10) add(name, value);
    url = data.url ?? data.html_url;
  }
  return { title, facts, url: /^https?:\/\/\S+$/.test(url) ? url : undefined };
}

function cut(text, length) {
  if (text.length <= length) return text;
  // Not through the middle of a character.
  const end = text.codePointAt(length - 2) > 0xffff ? length - 2 : length - 1;
  return text.slice(0, end) + '…';
}
`;
