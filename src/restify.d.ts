/** The part of restify 12 this product uses; the package brings no types and @types/restify describes version 8. */
declare module 'restify' {
  import type { IncomingMessage, Server, ServerResponse } from 'node:http'

  export interface RestifyRequest extends IncomingMessage {
    params: Record<string, string>
  }
  export type Next = (stop?: false) => void
  export type Handler = (req: RestifyRequest, res: ServerResponse, next: Next) => void
  export type AsyncHandler = (req: RestifyRequest, res: ServerResponse) => Promise<void>

  export interface RestifyServer {
    server: Server
    get(path: string, handler: Handler | AsyncHandler): void
    post(path: string, handler: Handler | AsyncHandler): void
    on(event: 'error', listener: (error: Error) => void): void
    on(
      event: 'restifyError' | 'NotFound' | 'MethodNotAllowed',
      listener: (req: RestifyRequest, res: ServerResponse, error: Error, done: () => void) => void,
    ): void
    listen(port: number, host: string, done: () => void): void
    close(done: () => void): void
  }

  const restify: { createServer(options: { name: string; handleUncaughtExceptions: boolean }): RestifyServer }
  export default restify
}
