/** An error of the management API: `{"error":{"code","message",…}}`. Codes and texts are Azure's; people and tools search for them. */
export class ArmError extends Error {
  readonly status: number
  readonly code: string
  readonly extra: { target?: string; details?: object[]; additionalInfo?: object[] }
  readonly headers: Record<string, string>

  constructor(
    status: number,
    code: string,
    message: string,
    extra: ArmError['extra'] = {},
    headers: Record<string, string> = {},
  ) {
    super(message)
    this.status = status
    this.code = code
    this.extra = extra
    this.headers = headers
  }

  body(): object {
    return { error: { code: this.code, message: this.message, ...this.extra } }
  }
}

export function notFound(type: string, name: string, group: string): ArmError {
  return new ArmError(
    404,
    'ResourceNotFound',
    `The Resource '${type}/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  )
}

/** A body that is not what the operation takes. */
export function undeserialized(reason: string): ArmError {
  return new ArmError(400, 'InvalidRequestContent', `The request content was invalid and could not be deserialized: '${reason}'.`)
}

/** In the style of Microsoft.Security's own refusals. */
export function refused(field: string, reason: string, trackingId: string): ArmError {
  return new ArmError(
    400,
    'BadRequest',
    `The json value of ${field} failed validation with reason: ${reason}, error tracking number: ${trackingId}`,
  )
}
