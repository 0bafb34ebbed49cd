import type { CloudAddresses } from '../model/cloud.ts'
import type { IdentityRole } from '../model/deployment.ts'
import type { Kind } from '../model/event.ts'
import type { Parameter, ParameterValues } from '../model/parameter.ts'

/** A ready-made logic app for security work, written by us. */
export interface Template {
  /** As it is typed: `post-to-teams`. */
  name: string
  title: string
  /** What the logic app does, and what it does not, in one or two sentences. */
  help: string
  /** What somebody must still do for it in Azure, and what it can do from then on; undefined when it needs nothing. */
  powers?: string
  /** Events it can be made for, the usual one first. */
  kinds: readonly [Kind, ...Kind[]]
  parameters: readonly Parameter[]
  build(values: TemplateValues): Built
}

/** What a person decided: which event starts it, its name, and the template's own parameters, already checked. */
export interface TemplateValues {
  kind: Kind
  appName: string
  parameters: ParameterValues
  /** Whose management API and Graph it calls. */
  cloud: CloudAddresses
}

/** Ready for a deployment into a resource group, which gives the location. */
export interface Built {
  /** ARM deployment template. */
  template: object
  /** Values for its parameters. */
  parameters: Record<string, unknown>
  appName: string
  /** Connections that a person must sign in to in the portal, by the service's name. */
  toAuthorise: string[]
  /** What the logic app's own identity must be given before it can work. */
  roles: IdentityRole[]
}
