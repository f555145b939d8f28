"""Room `show`: what people see of a derivation and of a training run, as one HTML page.

A page is a string of HTML that needs neither a network nor another file. It is built from
`tag` and `join`, which escape everything that is not HTML of our own; the charts are drawn
here as SVG, because a chart that is part of the page follows its colours and its width.
"""

from gory.show._axes import figure as figure
from gory.show._coefficients import coefficient_figure as coefficient_figure
from gory.show._derivation import derivation_article as derivation_article
from gory.show._judgement import confusion_figure as confusion_figure
from gory.show._judgement import reliability_figure as reliability_figure
from gory.show._markup import Markup as Markup
from gory.show._markup import join as join
from gory.show._markup import tag as tag
from gory.show._page import formula as formula
from gory.show._page import page as page
from gory.show._reliability import Bin as Bin
from gory.show._reliability import reliability as reliability
from gory.show._report import Run as Run
from gory.show._report import training_report as training_report
from gory.show._training import training_figures as training_figures
