"""What several windows are made of: the banner, the drop area, forms, shortcuts, frames of windows and dialogs."""
