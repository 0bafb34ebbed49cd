const schema = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#'
const workflow = 'https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#'
const trigger = 'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered'

export function template(resources: object[], more: object = {}): object {
  return { $schema: schema, contentVersion: '1.0.0.0', resources, ...more }
}

/** A connection to Defender, an app that waits for alerts through it, and a rule that starts the app: what somebody deploys who begins. */
export function alertTemplate(): object {
  return template(
    [
      {
        type: 'Microsoft.Web/connections',
        apiVersion: '2016-06-01',
        name: "[variables('connection')]",
        location: "[parameters('location')]",
        properties: {
          displayName: "[format('{0} for {1}', variables('connection'), parameters('app'))]",
          api: {
            id: "[concat(subscription().id, '/providers/Microsoft.Web/locations/', parameters('location'), '/managedApis/ascalert')]",
          },
        },
      },
      {
        type: 'Microsoft.Logic/workflows',
        apiVersion: '2017-07-01',
        name: "[parameters('app')]",
        location: "[parameters('location')]",
        tags: { LogicAppsCategory: 'security' },
        dependsOn: ["[resourceId('Microsoft.Web/connections', variables('connection'))]"],
        properties: {
          state: 'Enabled',
          definition: {
            $schema: workflow,
            contentVersion: '1.0.0.0',
            parameters: { $connections: { defaultValue: {}, type: 'Object' } },
            triggers: {
              [trigger]: {
                type: 'ApiConnectionWebhook',
                inputs: {
                  body: { callback_url: '@{listCallbackUrl()}' },
                  host: { connection: { name: "@parameters('$connections')['ascalert']['connectionId']" } },
                  path: '/Microsoft.Security/Alert/subscribe',
                },
              },
            },
            actions: { Send: { type: 'Http', inputs: { method: 'POST', uri: 'https://soc.example/hook' }, runAfter: {} } },
            outputs: {},
          },
          parameters: {
            $connections: {
              value: {
                ascalert: {
                  connectionId: "[resourceId('Microsoft.Web/connections', variables('connection'))]",
                  connectionName: "[variables('connection')]",
                },
              },
            },
          },
        },
      },
      {
        type: 'Microsoft.Security/automations',
        apiVersion: '2019-01-01-preview',
        name: "[concat(parameters('app'), '-On-', copyIndex('severities'))]",
        location: "[parameters('location')]",
        copy: { name: 'severities', count: "[length(parameters('severities'))]" },
        condition: "[not(empty(parameters('severities')))]",
        dependsOn: ["[parameters('app')]"],
        properties: {
          isEnabled: true,
          scopes: [{ scopePath: '[subscription().id]' }],
          sources: [
            {
              eventSource: 'Alerts',
              ruleSets: [
                {
                  rules: [
                    {
                      propertyJPath: 'Severity',
                      propertyType: 'String',
                      operator: 'Equals',
                      expectedValue: "[parameters('severities')[copyIndex()]]",
                    },
                  ],
                },
              ],
            },
          ],
          actions: [
            {
              actionType: 'LogicApp',
              logicAppResourceId: "[resourceId('Microsoft.Logic/workflows', parameters('app'))]",
              uri: `[listCallbackUrl(resourceId('Microsoft.Logic/workflows/triggers', parameters('app'), '${trigger}'), '2019-05-01').value]`,
            },
          ],
        },
      },
    ],
    {
      parameters: {
        app: { type: 'string', minLength: 3 },
        location: { type: 'string', defaultValue: '[resourceGroup().location]' },
        severities: { type: 'array', defaultValue: ['High'] },
        secret: { type: 'securestring', defaultValue: 'hunter2' },
      },
      variables: { connection: "[concat('ascalert-', parameters('app'))]" },
      outputs: { app: { type: 'string', value: "[resourceId('Microsoft.Logic/workflows', parameters('app'))]" } },
    },
  )
}
