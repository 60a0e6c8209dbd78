import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const meraki = definePreset({
  id: 'meraki',
  name: 'Cisco Meraki',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/meraki/webhook-payload-templates/blob/HEAD/meraki/body.liquid',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.cisco.com/meraki/webhooks/introduction',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'alertId is the same in all samples of Meraki', retries: 'unknown' },
  setup: chooseSecret({
    where: 'the Meraki dashboard, under Network-wide, Alerts, Webhooks',
    secret: 'the Shared secret',
    notes: [
      'Keep the payload template "Meraki": only this template puts the secret in the body. Without the secret Hookline refuses the request.',
    ],
  }),
  documentation: 'https://developer.cisco.com/meraki/webhooks/',
  scheme: { token: { json: '/sharedSecret' } },
  type: [{ json: '/alertTypeId' }],
  source: [{ json: '/organizationId' }],
  subject: { json: '/networkId' },
  time: { json: '/occurredAt', unit: 'iso' },
  eventTypes: `amp_malware_blocked amp_malware_detected analyzed_app_network_insight_performance_alert bluetooth_in
    bluetooth_out cellular_down cellular_up client_connectivity critical_temperature dhcp_alerts
    dhcp_no_leases failover_event firewall_test_failed foreign_ap gateway_to_repeater geofencing_in
    geofencing_out ip_conflict mi_alert motion_alert new_splash_signup node_hardware_failure
    pcc_enrollment pcc_expired_apns_cert pcc_outage_begin pcc_outage_end pcc_security_compliance
    pcc_security_violation pcc_sw_found pcc_unmanaged port_cable_error port_connected
    port_disconnected port_speed_change power_supply_down power_supply_up rogue_ap
    rogue_ap_association rogue_dhcp rps_backup rps_base_supply_up settings_changed
    started_reporting stopped_reporting udld_error umbrella_expiring unreachable_radius_server
    uplink_ip6_conflict usage_alert vpn_connectivity_change vrrp`,
});
