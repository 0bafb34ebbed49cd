/** Where one Azure cloud answers: the origins that a logic app made there calls, also the audiences of its tokens. */
export interface CloudAddresses {
  /** Management API. */
  arm: string
  /** Microsoft Graph. */
  graph: string
  portal: string
}
