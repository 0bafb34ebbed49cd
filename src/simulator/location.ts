import { ArmError } from './arm-error.ts'
import { regionNames } from './regions.ts'

interface Tracked {
  location: string
  group: string
  name: string
}

/** The same region is written "West Europe" and "westeurope". */
function normal(location: string): string {
  return location.replaceAll(' ', '').toLowerCase()
}

/** A tracked resource stays where it was made, and only where its type is offered. */
export function checkLocation(type: string, { location, group, name }: Tracked, before: Tracked | undefined): void {
  if (!regionNames.includes(normal(location)))
    throw new ArmError(
      400,
      'LocationNotAvailableForResourceType',
      `The provided location '${location}' is not available for resource type '${type}'. List of available regions for the resource type is '${regionNames.join(',')}'.`,
    )
  if (before === undefined || normal(before.location) === normal(location)) return
  throw new ArmError(
    409,
    'InvalidResourceLocation',
    `The resource '${name}' already exists in location '${before.location}' in resource group '${group}'. A resource with the same name cannot be created in location '${location}'. Please select a new resource name.`,
  )
}
