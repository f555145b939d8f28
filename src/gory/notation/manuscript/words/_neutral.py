"""Words that say nothing of the indices for which a formula is meant.

Function words, what one does with a formula, and what a formula is about. Whatever else stands
before a formula may restrict it, in a word that nobody has listed.
"""

from __future__ import annotations

_WORDS = """
    a about above after again all also an and another any as at be because been before being below
    both but by can chain consider consequently do does each element elements entry entries equals
    every expression finally find first follow following follows for form formula from function
    further gather get gets give given gives has have having hence here in indeed insert into is it
    its itself last lastly lead leads let line may more moreover must next no note now obtain
    obtained obtains of on once one or our over part partial product quotient recall result
    results right rule rules same second see show shows similarly simple simplifies simply since so
    step still such sum sums than that the their then there therefore these they third this those
    thus to together together two up use used uses using we well what where which will with write
    writing yield yields zero

    apply applied applying calculate calculated carry carrying collect collecting combine combined
    combining compute computed computing derivation derivative derivatives derive derived deriving
    differentiate differentiated differentiating differentiation divide expand expanded expanding
    fraction gradient gradients hessian jacobian log logs exp logarithm logarithms loss losses
    matrix matrices multiply number numbers output outputs input inputs input's logit logits
    probability probabilities proof lemma theorem proposition claim corollary remark exercise
    solution problem question answer part section equation equations identity respect side sides
    sigmoid softmax score scores simplify substitute substituting term terms value values variable
    variables vector vectors weight weights class classes layer layers unit units component
    components index indices parameter parameters cost energy likelihood entropy cross-entropy
    cross- batch example examples model network networks neuron neurons observation observations
    hidden activation activations error errors target targets label labels data temperature bias
    distribution distributions

    whatever norm norms square squares squared root roots distance distances affinity affinities
    kernel kernels mean means moment moments standard deviation constant constants factor factors
    while multiplying dividing adding subtracting logistic regression embedding embeddings attention
    key keys query queries normaliser partition maximum log-likelihood risk average averages minus
    plus times fixed are was were been does did done had shall should can must

    definition define defined denote denoted denotes general generally easily easy immediately
    directly way compact compactly written known already easily quickly fact case check verify
    verified verifies verification me my you your us wants want need needs needed take takes taken
    taking put plug plugging through between of's via per i.e respectively namely is's how why when

    also aber also alle auch auf aus bei beim da daher damit dann das dem den der des die dies diese
    durch ein eine einer eines er es ergibt erhalten folgt gilt gradient haben hat ist ableitung
    ableitungen man mit nach nun sich sie sind so somit und uns von wegen wir wird zu zum zur

    alors avec ce dans de derivada donc du entonces est et la le les los luego nous on par pour que
    se tenemos un une
"""
NEUTRAL = frozenset(_WORDS.split())
