import type { Entity } from '../model/event.ts'
import { tableOf } from '../table.ts'
import { at, type Foreign, isObject, lower } from './fold.ts'
import { jsonIn, label, short } from './plain.ts'
import { readable } from './readable.ts'

const most = 200
const mostDetails = 16
const deepest = 4

/** What names an entity, the first that it has. Words of Microsoft's entity schema, lower case. */
const naming = rankOf(
  `name hostname address domainname url resourcename amazonresourceid imageid containerid commandline value key netbiosname dnsdomain displayname
  devicename deviceid mailboxprimaryaddress subject resourceid azureid distinguishedname sessionid appid aaduserid sid processid projectid objectguid`,
)

function rankOf(words: string): ReadonlyMap<string, number> {
  return new Map(words.split(/\s+/).map((word, rank) => [word, rank]))
}

/** Which kinds of entity a reference of that name may lead to; ids collide in real events, so the name decides between candidates. */
const leadsTo = tableOf<RegExp>({
  host: /^host$/,
  account: /^account$/,
  parentprocess: /^process$/,
  process: /^process$/,
  imagefile: /^file$/,
  image: /image$/,
  pod: /pod$/,
  namespace: /namespace$/,
  cluster: /cluster$/,
  hostipaddress: /^ip$/,
  sourceaddress: /^ip$/,
  destinationaddress: /^ip$/,
  blobcontainer: /^blob-container$/,
  storageresource: /resource$/,
  cloudresource: /resource$/,
  files: /^file$/,
  filehashes: /^file-?hash$/,
})

interface Placed {
  position: number
  type: string
  /** Key it was named by, and the name; told once, however many references lead here. */
  named: { key: string; name: string } | undefined
  node: Foreign
}

interface Index {
  /** Ids collide in real events. */
  byId: Map<string, Placed[]>
  byNode: Map<Foreign, Placed>
}

/** The `Entities` of an alert, a graph by `$id` and `$ref`, as a flat list: references are named, those that lead nowhere left out. */
export function readEntities(value: unknown): Entity[] {
  const nodes = typeof value === 'string' ? jsonIn(value) : value
  if (!Array.isArray(nodes)) return []
  const index = indexed(nodes)
  const seen = new Set<Foreign>()
  const listed: Entity[] = []
  for (const [position, node] of nodes.entries()) {
    const target = targetOf(node, '', position, index)
    if (target === undefined || seen.has(target.node)) continue
    if (listed.length === most) return [...listed, more(nodes.length - position)]
    seen.add(target.node)
    const entity = entityOf(target, index)
    if (entity !== undefined && !listed.some(other => saysTheSame(other, entity))) listed.push(entity)
  }
  return listed
}

function saysTheSame(one: Entity, other: Entity): boolean {
  return one.name === other.name && one.type === other.type && JSON.stringify(one.details) === JSON.stringify(other.details)
}

function more(count: number): Entity {
  return { type: 'more', name: `up to ${count} more in the event as received`, details: [] }
}

/** Every object with an `$id`, nested ones too: a reference may lead to what was first written inside another entity. */
function indexed(nodes: unknown[]): Index {
  const index: Index = { byId: new Map(), byNode: new Map() }
  for (const [position, node] of nodes.entries()) addTo(index, node, position, 0)
  return index
}

function addTo(index: Index, node: unknown, position: number, depth: number): void {
  if (depth > deepest || typeof node !== 'object' || node === null) return
  const id = at(node, '$id')
  if (isObject(node) && typeof id === 'string') {
    const placed = placedAt(position, node)
    index.byNode.set(node, placed)
    const namesakes = index.byId.get(id)
    if (namesakes === undefined) index.byId.set(id, [placed])
    else namesakes.push(placed)
  }
  const children: unknown[] = Object.values(node)
  for (const child of children) if (typeof child === 'object') addTo(index, child, position, depth + 1)
}

function placedAt(position: number, node: Foreign): Placed {
  return { position, type: typeOf(node), named: nameOf(node), node }
}

/** The node itself, or what its `$ref` leads to: the nearest fitting one before, else the first after. */
function targetOf(node: unknown, name: string, position: number, index: Index): Placed | undefined {
  if (!isObject(node)) return undefined
  const reference = at(node, '$ref')
  if (typeof reference !== 'string') return index.byNode.get(node) ?? placedAt(position, node)
  return nearest(index.byId.get(reference) ?? [], leadsTo.get(name.toLowerCase()), position)
}

/** Candidates stand in order of position; halving keeps thousands of references to one id cheap. */
function nearest(candidates: Placed[], fits: RegExp | undefined, position: number): Placed | undefined {
  let low = 0
  let high = candidates.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((candidates[middle]?.position ?? 0) <= position) low = middle + 1
    else high = middle
  }
  const before = candidates.slice(Math.max(0, low - 20), low).findLast(candidate => fits?.test(candidate.type) ?? true)
  return before ?? candidates.slice(low, low + 20).find(candidate => fits?.test(candidate.type) ?? true)
}

function typeOf(node: Foreign): string {
  const type = at(node, 'type')
  return typeof type === 'string' ? short(type.trim().toLowerCase(), 60) : ''
}

function entityOf({ type, named, node, position }: Placed, index: Index): Entity | undefined {
  if (type === '' && named === undefined) return undefined
  const details: Entity['details'] = []
  for (const [key, value] of Object.entries(node)) {
    if (details.length === mostDetails) break
    const word = lower(key)
    if (word.startsWith('$') || word === 'type' || word === 'asset' || word === named?.key) continue
    const said = short(detailOf(key, value, position, index), 500)
    if (said !== '') details.push([label(key), said])
  }
  return { type: type === '' ? 'entity' : type, name: named?.name ?? details[0]?.[1] ?? type, details }
}

function nameOf(node: Foreign): Placed['named'] {
  let best = Number.POSITIVE_INFINITY
  let named: { key: string; value: string } | undefined
  for (const written in node) {
    const value = node[written]
    if (typeof value !== 'string') continue
    const key = lower(written)
    const rank = naming.get(key)
    if (rank === undefined || rank > best || value.trim() === '') continue
    best = rank
    named = { key, value }
  }
  return named && { key: named.key, name: short(qualified(node, named.key, named.value), 500) }
}

/** `CONTOSO\\name`, `name@contoso.com`, and the last part of a resource id. */
function qualified(node: Foreign, key: string, value: string): string {
  if (key === 'resourceid' || key === 'azureid') return value.split('/').at(-1) || value
  if (typeOf(node) !== 'account' || key !== 'name') return value
  const domain = at(node, 'ntDomain')
  const suffix = at(node, 'upnSuffix')
  if (typeof domain === 'string' && domain !== '') return `${domain}\\${value}`
  return typeof suffix === 'string' && suffix !== '' ? `${value}@${suffix}` : value
}

function detailOf(key: string, value: unknown, position: number, index: Index): string {
  if (Array.isArray(value)) {
    const said = value.slice(0, 20).map(item => detailOf(key, item, position, index))
    return said.filter(item => item !== '').join(', ')
  }
  if (!isObject(value)) return value === false || value === true ? (value ? 'yes' : 'no') : readable(value)
  const isEntity = at(value, '$ref') !== undefined || at(value, 'type') !== undefined
  if (!isEntity) return summary(key, value)
  const target = targetOf(value, key, position, index)
  return target?.named?.name ?? ''
}

/** "Washington, Virginia, United States" for a place, "Name (type)" for threat intelligence, else all of it. */
function summary(key: string, value: Foreign): string {
  const chosen = key.toLowerCase() === 'location' ? ['city', 'state', 'countryName', 'countryCode'] : ['threatName', 'threatType']
  const parts = chosen.map(name => at(value, name)).filter(part => typeof part === 'string' && part !== '')
  if (parts.length === 0) return readable(value)
  return (key.toLowerCase() === 'location' ? parts.slice(0, 3) : parts).join(', ')
}
