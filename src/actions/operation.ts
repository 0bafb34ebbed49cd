import { z } from 'zod'
import { healthCard } from '../../cards/about.ts'
import { saidCard } from '../../cards/answer.ts'
import { Problem } from '../errors.ts'
import { type Action, personal, verb } from './action.ts'
import { pollTroubles } from './poll-troubles.ts'

/** Azure's bundles of sample alerts, by how the alert types of each begin. Source: Microsoft.Security alerts 2021-11-01, simulate. */
const bundles: [RegExp, string][] = [
  [/^(vm_|virtualmachines|servers)/i, 'VirtualMachines'],
  [/^(sql|sqlservers)/i, 'SqlServers'],
  [/^(storage|storageaccounts)/i, 'StorageAccounts'],
  [/^(kv_|keyvaults?)/i, 'KeyVaults'],
  [/^(appservices?)/i, 'AppServices'],
  [/^(k8s|kubernetes|kubernetesservice)/i, 'KubernetesService'],
  [/^(arm_|rm_|resourcemanager)/i, 'ResourceManager'],
  [/^(azuredns|dns)/i, 'DNS'],
]

const simulate = verb<{ what: string }>({
  name: 'simulate',
  title: 'Simulate an alert',
  help: 'Asks Defender for Cloud for sample alerts: of one of its bundles, or of the bundle an alert type belongs to.',
  usage: 'simulate [VirtualMachines|StorageAccounts|…|<alert type>]',
  topic: 'Operation',
  input: z.object({ what: z.string().max(200).default('VirtualMachines') }),
  read(typed) {
    const what = typed.all().join(' ')
    return { input: what === '' ? {} : { what } }
  },
  effect: true,
  needs: async (_input, { world }) => {
    const [home] = await world.azure.subscriptions()
    return home === undefined
      ? []
      : [{ action: 'Microsoft.Security/locations/alerts/simulate/action', scope: `subscriptions/${home.id}` }]
  },
  async run({ world }, { what }) {
    const [home] = await world.azure.subscriptions()
    const bundle = bundles.find(([pattern]) => pattern.test(what))?.[1]
    if (bundle === undefined)
      throw new Problem(
        'BadInput',
        `There are no sample alerts for "${what.slice(0, 60)}". There are ${bundles.map(([, name]) => name).join(', ')}.`,
        { field: 'what' },
      )
    if (home === undefined) throw new Problem('NotFound', 'No subscription is looked after here.')
    await world.azure.simulateAlerts(home.id, [bundle])
    return personal(saidCard(`Sample alerts for ${bundle} are on their way; they arrive within a minute.`))
  },
})

const health = verb({
  name: 'health',
  title: 'Health',
  help: 'Shows how the bot is doing: events, findings, runs, what waits, what could not be understood.',
  usage: 'status',
  topic: 'Operation',
  input: z.object({}),
  effect: false,
  needs: () => [],
  async run({ world }) {
    const { store } = world
    const [status, places, troubles] = await Promise.all([store.status(), store.places.list(), pollTroubles(store)])
    return personal(healthCard({ status, troubles, blocked: places.filter(({ blocked }) => blocked !== undefined) }))
  },
})

export const operation: Action[] = [simulate, health]
