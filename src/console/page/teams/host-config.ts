import { HostConfig } from 'adaptivecards'

function tone(name: string) {
  return { default: `var(--${name})`, subtle: `var(--${name})` }
}

const foreground = {
  default: { default: 'var(--text)', subtle: 'var(--text-subtle)' },
  dark: { default: 'var(--text)', subtle: 'var(--text-subtle)' },
  light: { default: 'var(--text)', subtle: 'var(--text-subtle)' },
  accent: tone('brand-text'),
  attention: tone('bad-text'),
  warning: tone('warn-text'),
  good: tone('good-text'),
}

function container(name: string) {
  return { backgroundColor: `var(--${name})`, borderColor: 'var(--line)', foregroundColors: foreground }
}

/** Teams' sizes and spacings; colours are the page's own, so that light, dark and high contrast are one configuration. */
export const hostConfig = new HostConfig({
  supportsInteractivity: true,
  fontTypes: {
    default: {
      fontFamily: 'var(--font)',
      fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 300, default: 400, bolder: 600 },
    },
    monospace: {
      fontFamily: 'var(--font-code)',
      fontSizes: { small: 12, default: 12, medium: 14, large: 18, extraLarge: 24 },
      fontWeights: { lighter: 300, default: 400, bolder: 600 },
    },
  },
  spacing: { small: 6, default: 8, medium: 12, large: 16, extraLarge: 24, padding: 12 },
  separator: { lineThickness: 1, lineColor: 'var(--line)' },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: container('surface'),
    emphasis: container('sunken'),
    good: container('good-wash'),
    attention: container('bad-wash'),
    warning: container('warn-wash'),
    accent: container('brand-wash'),
  },
  inputs: {
    label: {
      inputSpacing: 'small',
      requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' },
      optionalInputs: { weight: 'bolder' },
    },
    errorMessage: { color: 'attention', weight: 'default' },
  },
  actions: {
    maxActions: 6,
    spacing: 'medium',
    buttonSpacing: 6,
    showCard: { actionMode: 'inline', inlineTopMargin: 16 },
    actionsOrientation: 'horizontal',
    actionAlignment: 'left',
    allowTitleToWrap: false,
  },
  factSet: { title: { weight: 'default', isSubtle: true, maxWidth: 120 }, value: {}, spacing: 12 },
})
