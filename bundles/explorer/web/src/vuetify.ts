import 'vuetify/styles'
import { createVuetify } from 'vuetify'
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg'
import { settings } from './shell/settings'

const flat = { density: 'compact', variant: 'outlined', hideDetails: 'auto' } as const

export const vuetify = createVuetify({
  icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
  theme: {
    defaultTheme: settings.theme,
    themes: {
      light: {
        dark: false,
        colors: {
          background: '#f6f7f9',
          surface: '#ffffff',
          'surface-light': '#eef1f5',
          'on-surface': '#1c242d',
          primary: '#2a5f96',
          secondary: '#52606d',
          error: '#b3261e',
          warning: '#8a5300',
          success: '#1d6b3a',
          info: '#2a5f96',
        },
      },
      dark: {
        dark: true,
        colors: {
          background: '#12161b',
          surface: '#1a2027',
          'surface-light': '#242c35',
          'on-surface': '#e4e9ef',
          primary: '#8bbcf0',
          'on-primary': '#0b1a2a',
          secondary: '#a9b6c3',
          error: '#ff9b92',
          'on-error': '#3a0704',
          warning: '#f2b872',
          'on-warning': '#2e1a00',
          success: '#86d3a2',
          'on-success': '#06210f',
          info: '#8bbcf0',
          'on-info': '#0b1a2a',
        },
      },
    },
  },
  defaults: {
    global: { ripple: false },
    VBtn: { density: 'comfortable', variant: 'text', rounded: 'md', class: 'text-none' },
    VTextField: flat,
    VTextarea: flat,
    VSelect: flat,
    VCombobox: flat,
    VAutocomplete: flat,
    VFileInput: flat,
    VCheckbox: { density: 'compact', hideDetails: true, color: 'primary' },
    VSwitch: { density: 'compact', hideDetails: true, color: 'primary', inset: true },
    VRadioGroup: { density: 'compact', hideDetails: true, color: 'primary' },
    VList: { density: 'compact' },
    VAlert: { density: 'compact', variant: 'tonal', border: 'start' },
    VChip: { size: 'small', rounded: 'md' },
    VTabs: { density: 'compact', color: 'primary' },
    VCard: { variant: 'flat', border: true, rounded: 'md' },
  },
})
