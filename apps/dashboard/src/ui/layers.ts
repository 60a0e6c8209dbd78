/** The stacking order. Popups lie over dialogs, because a dialog opens them; toasts lie over everything. */
export const DIALOG_LAYER = 'z-20';
export const POPUP_LAYER = 'z-30';
export const TOAST_LAYER = 'z-40';
