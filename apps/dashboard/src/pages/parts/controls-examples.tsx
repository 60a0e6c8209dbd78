import { ListFilter, Pause, Play, Plus, RotateCw, Search, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Chip } from '../../ui/chip.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Link } from '../../ui/link.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { TextArea } from '../../ui/text-area.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { Example } from './example.tsx';

const PROVIDERS = [
  'GitHub',
  'GitLab',
  'Gmail',
  'Linear',
  'Shopify',
  'Slack',
  'Spotify',
  'Stripe',
  'Twilio',
].map((label) => ({ value: label.toLowerCase(), label, detail: 'signed' }));

const FORMATS = [
  { value: 'standard', label: 'Standard Webhooks' },
  { value: 'slack', label: 'Slack message' },
  { value: 'discord', label: 'Discord message' },
  { value: 'request', label: 'The request as it came' },
] as const;

export function ControlsExamples() {
  const [isPaused, setPaused] = useState(false);
  const [negated, setNegated] = useState(true);
  const [name, setName] = useState('Acme production');
  const [url, setUrl] = useState('http://hooks.acme.example');
  const [format, setFormat] = useState<(typeof FORMATS)[number]['value']>('standard');
  const [provider, setProvider] = useState<string | null>('github');
  const [range, setRange] = useState<'15m' | '1h' | '24h' | '7d'>('1h');
  const [isOn, setOn] = useState(true);
  const [isChosen, setChosen] = useState<boolean | 'mixed'>(true);
  const [tab, setTab] = useState<'journey' | 'payload' | 'raw'>('journey');
  const [note, setNote] = useState('');
  return (
    <>
      <Example title="Button">
        <Button tone="primary" icon={Plus}>
          Create endpoint
        </Button>
        <Button icon={RotateCw} shortcut="r">
          Retry
        </Button>
        <Button tone="danger" icon={Trash2}>
          Delete
        </Button>
        <Button tone="quiet">Cancel</Button>
        <Button isBusy>Sending</Button>
        <Button disabled>Not allowed</Button>
        <Button size="small" icon={ListFilter}>
          Filter
        </Button>
        <Button size="large" tone="primary">
          Sign in
        </Button>
      </Example>
      <Example title="IconButton, Kbd, Link">
        <IconButton
          icon={isPaused ? Play : Pause}
          label={isPaused ? 'Continue' : 'Pause'}
          shortcut="Space"
          isPressed={isPaused}
          onClick={() => setPaused(!isPaused)}
        />
        <IconButton icon={RotateCw} label="Retry" size="small" />
        <Kbd keys="mod+k" />
        <Kbd keys="g e" />
        <Kbd keys="?" />
        <span>
          See the <Link href="/events">events</Link> or the{' '}
          <Link href="https://www.standardwebhooks.com" external>
            specification
          </Link>
          .
        </span>
      </Example>
      <Example title="TextField, Field with hint and error">
        <div className="grid w-full gap-3 sm:grid-cols-2">
          <TextField label="Name" value={name} onChange={setName} hint="Shown in lists and alerts." />
          <TextField
            label="Address"
            isMono
            value={url}
            onChange={setUrl}
            error={url.startsWith('https://') ? undefined : 'The address must begin with https://'}
          />
          <TextField
            label="Search"
            icon={Search}
            placeholder="Id, type, repository"
            value=""
            onChange={() => {}}
          />
          <TextField
            label="Time limit"
            value="30"
            onChange={() => {}}
            end={<span className="px-1">seconds</span>}
          />
        </div>
      </Example>
      <Example title="Select, Combobox, TextArea">
        <div className="grid w-full gap-3 sm:grid-cols-2">
          <Select label="Format" value={format} onChange={setFormat} options={FORMATS} />
          <Combobox label="Provider" value={provider} onChange={setProvider} options={PROVIDERS} />
          <TextArea label="Note" value={note} onChange={setNote} rows={2} className="sm:col-span-2" />
        </div>
      </Example>
      <Example title="Chip, SegmentedControl">
        <div className="flex w-full flex-wrap gap-1.5">
          <Chip name="provider" value="github" onNegate={() => {}} onEdit={() => {}} onRemove={() => {}} />
          <Chip
            name="status"
            value="processed"
            negated={negated}
            onNegate={() => setNegated(!negated)}
            onRemove={() => {}}
          />
          <Chip name="data.repository.full_name" value="acme/api" onEdit={() => {}} onRemove={() => {}} />
        </div>
        <SegmentedControl
          label="Time range"
          value={range}
          onChange={setRange}
          options={[
            { value: '15m', label: '15 min' },
            { value: '1h', label: '1 h' },
            { value: '24h', label: '24 h' },
            { value: '7d', label: '7 d' },
          ]}
        />
      </Example>
      <Example title="Switch, Checkbox">
        <Switch label="Enabled" hint="Events that match are sent." value={isOn} onChange={setOn} />
        <Switch label="Ordered" value={false} onChange={() => {}} />
        <Checkbox label="All events of github" value={isChosen} onChange={setChosen} />
        <Checkbox label="Some of them" value="mixed" onChange={() => {}} />
        <Checkbox label="None" value={false} onChange={() => {}} hint="Nothing is sent." />
        <Checkbox label="Not allowed" value isDisabled onChange={() => {}} />
      </Example>
      <Example title="Tabs" isWide>
        <Tabs
          label="Parts of the event"
          value={tab}
          onChange={setTab}
          className="w-full"
          items={[
            {
              value: 'journey',
              label: 'Journey',
              content: 'Received, verified, stored, matched, delivered.',
            },
            { value: 'payload', label: 'Payload', count: 42, content: 'A tree of 42 values.' },
            { value: 'raw', label: 'Raw', content: 'The bytes as they came.' },
          ]}
        />
      </Example>
    </>
  );
}
