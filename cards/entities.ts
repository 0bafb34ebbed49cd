import type { AlertEvent, Entity } from '../src/model/event.ts'
import { tableOf } from '../src/table.ts'
import type { Element, Fact } from './card.ts'
import { capital, clip, inline, short } from './text.ts'

/** Entities that say who, from where and what, in the order they are worth a glance. */
const telling: [label: string, types: string[]][] = [
  ['Account', ['account', 'security-principal', 'mailbox']],
  ['From', ['ip', 'dns', 'url']],
  ['Host', ['host', 'iotdevice']],
  ['Process', ['process']],
  ['File', ['file', 'filehash', 'malware']],
  ['Workload', ['k8s-pod', 'container', 'container-image', 'k8s-cluster', 'cloud-application']],
]

/** At most `max` facts, from entities; a host that is the resource itself says nothing new. */
export function entityFacts(event: AlertEvent, max: number): Fact[] {
  const others = event.entities.filter(entity => inline(entity.name).toLowerCase() !== inline(event.resource.name).toLowerCase())
  return telling
    .flatMap(([label, types]) => {
      const names = others.filter(entity => types.includes(entity.type)).map(entity => short(inline(entity.name), 120))
      const distinct = [...new Set(names.filter(name => name !== ''))]
      return distinct.length === 0 ? [] : [{ label, value: firstTwo(distinct) }]
    })
    .slice(0, max)
}

function firstTwo(names: string[]): string {
  const more = names.length - 2
  return `${names.slice(0, 2).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** The entity with all that is known of it, as a line. */
export function entityRow(entity: Entity): Element {
  const subtle = entity.details.map(([label, value]) => `${inline(label)}: ${inline(value)}`).join(' · ')
  const text = clip(inline(entity.name), 600) || '(no name)'
  return { type: 'rows', rows: [{ badge: typeWord(entity.type), tone: 'neutral', text, subtle: clip(subtle, 800) }] }
}

const words = tableOf<string>({ ip: 'IP address', dns: 'DNS name', url: 'URL', 'azure-resource': 'Azure resource' })

function typeWord(type: string): string {
  return words.get(type) ?? (capital(short(inline(type.replaceAll('-', ' ')), 24)) || 'Entity')
}
