"""The order of the gallery: from a signal through depth to networks of two purposes."""

from pathlib import Path

PAGES = (
    "plot_signals",
    "plot_random_search",
    "plot_parameter_scales",
    "plot_staged_search",
    "plot_bias_variance",
    "plot_weight_decay",
    "plot_dropout",
    "plot_augmentation",
    "plot_early_stopping",
    "plot_autoencoder",
    "plot_denoising",
    "plot_anomalies",
    "plot_semi_supervised",
)


class GalleryOrder:
    """Sort key of sphinx-gallery; a page that is not listed is an error."""

    def __init__(self, src_dir):
        self.src_dir = src_dir

    def __call__(self, filename):
        """Return the place of an example."""
        return PAGES.index(Path(filename).stem)
