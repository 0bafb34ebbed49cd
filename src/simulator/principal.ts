export type RoleName = 'analyst' | 'admin' | 'stakeholder' | 'nobody' | 'bot'

export interface Principal {
  role: RoleName
  objectId: string
  name: string
  token: string
}
