import { fitsType, type Operator, operators, stepsOf, type ValueType } from './condition.ts'
import { Kind } from './event.ts'

/** A field of an event that rules can ask about. */
export interface RuleField {
  /** As Azure's rules write it, without `$.`. */
  path: string
  /** The word for people: in forms, in the typed language and in sentences (there in lower case). */
  label: string
  /** Understood beside label and path. */
  also?: string
  type: ValueType
  operators: Operator[]
  /** Where values to choose from come from. */
  suggests?: 'severity' | 'alert-type' | 'recommendation' | 'standard' | 'state'
}

/**
 * What can be asked of each kind, the most used first. Sources: the paths in Microsoft's own policies and quickstarts, the published schemas of
 * the events and real samples. Other paths can be typed all the same.
 */
export function fieldsOf(kind: Kind): RuleField[] {
  return fields[kind]
}

function field(path: string, label: string, type: ValueType, suggests?: RuleField['suggests']): RuleField {
  return { path, label, type, operators: operatorsOf(type), ...(suggests && { suggests }) }
}

/** What makes sense to ask; a part of a truth value does not, though Azure takes it. */
export function operatorsOf(type: ValueType): Operator[] {
  return operators.filter(operator => fitsType(operator, type) && (type !== 'Boolean' || /Equals$/.test(operator)))
}

const fields: Record<Kind, RuleField[]> = {
  alert: [
    { ...field('AlertDisplayName', 'Name', 'String'), also: 'Title' },
    field('Severity', 'Severity', 'String', 'severity'),
    field('AlertType', 'Type', 'String', 'alert-type'),
    field('CompromisedEntity', 'Attacked resource', 'String'),
    field('AzureResourceId', 'Resource id', 'String'),
    field('Description', 'Description', 'String'),
    field('Intent', 'Tactic', 'String'),
    field('Status', 'Status', 'String', 'state'),
    field('IsIncident', 'Incident', 'Boolean'),
    field('ProductName', 'Product', 'String'),
    field('ProductComponentName', 'Plan', 'String'),
    field('ConfidenceLevel', 'Confidence', 'String'),
    field('Version', 'Version', 'String'),
  ],
  recommendation: [
    field('name', 'Recommendation', 'String', 'recommendation'),
    field('properties.displayName', 'Title', 'String'),
    field('properties.metadata.severity', 'Severity', 'String', 'severity'),
    field('properties.status.code', 'State', 'String', 'state'),
    field('properties.status.cause', 'Cause', 'String'),
    field('properties.resourceDetails.id', 'Resource id', 'String'),
    field('properties.resourceDetails.source', 'Cloud', 'String'),
    field('id', 'Id', 'String'),
    field('type', 'Type', 'String'),
  ],
  compliance: [
    field('id', 'Standard', 'String', 'standard'),
    field('properties.state', 'State', 'String', 'state'),
    field('properties.description', 'Title', 'String'),
    field('properties.failedResources', 'Failed resources', 'Integer'),
    field('properties.passedResources', 'Passed resources', 'Integer'),
    field('properties.skippedResources', 'Skipped resources', 'Integer'),
    field('name', 'Assessment', 'String'),
  ],
}

/** The field that a path leads to, whatever its case and with or without `$.`; undefined for one that is not in the list. */
export function fieldAt(kind: Kind, path: string): RuleField | undefined {
  const bare = stepsOf(path).join('.').toLowerCase()
  return fields[kind].find(field => field.path.toLowerCase() === bare)
}

/** Azure's words for a field with a closed list of values, as far as it is closed. */
export function valuesOf(kind: Kind, field: RuleField): readonly string[] {
  if (field.suggests === 'severity') return kind === 'alert' ? alertSeverities : recommendationSeverities
  return field.suggests === 'state' ? states[kind] : []
}

const alertSeverities = ['High', 'Medium', 'Low', 'Informational']
const recommendationSeverities = ['Critical', 'High', 'Medium', 'Low']
const states: Record<Kind, string[]> = {
  alert: ['New', 'Resolved', 'Dismissed', 'Unknown'],
  recommendation: ['Healthy', 'Unhealthy', 'NotApplicable'],
  compliance: ['Failed', 'Passed', 'Skipped', 'Unsupported'],
}

/** For a path that only another kind's events have: which kind, and where this kind has the like. */
export function elsewhere(kind: Kind, path: string): { other: Kind; here: RuleField | undefined } | undefined {
  const other = Kind.options.find(candidate => candidate !== kind && fieldAt(candidate, path) !== undefined)
  if (other === undefined || fieldAt(kind, path) !== undefined) return undefined
  const label = fieldAt(other, path)?.label
  return { other, here: fields[kind].find(field => field.label === label || field.also === label) }
}
