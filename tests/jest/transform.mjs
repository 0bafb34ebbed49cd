import { stripTypeScriptTypes } from 'node:module'

/** Node's own type stripping as a jest transformer: what runs in tests is what runs in production. */
export default {
  process(source) {
    return { code: stripTypeScriptTypes(source, { mode: 'strip' }) }
  },
}
